"""The search index: its port, the query language, and one sub-package for each engine. No SQL, no HTTP answers."""
