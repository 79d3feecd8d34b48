"""The search port on Elasticsearch."""
