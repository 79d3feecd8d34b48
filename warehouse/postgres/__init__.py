"""PostgreSQL: pools, shards, catalog, change log, and one module for each aggregate. SQL itself is in `sql/`."""
