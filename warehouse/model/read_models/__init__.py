"""What read models hold and how they are asked: list rows and selections, facts, bill statistics, search documents.

Not here: how an event becomes a row (`warehouse.projections`), or any SQL or search engine.
"""
