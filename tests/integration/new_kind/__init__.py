"""A kind of entity that the product does not have: its entry, its migration, and a process that has both.

Not here: tests of the kinds that there are.
"""
