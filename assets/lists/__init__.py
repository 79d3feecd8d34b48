"""The list tables of the catalog, filled from the change logs by the first projection."""
