"""The search index: its port, the query language, and one module group an engine. No SQL, no HTTP answers."""
