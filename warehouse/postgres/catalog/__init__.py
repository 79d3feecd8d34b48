"""Tables of the catalog that are not lists: documents, loads, quality, overrides, counts."""
