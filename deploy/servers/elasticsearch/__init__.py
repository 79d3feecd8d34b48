"""A real Elasticsearch for tests and developers: the minimal distribution with this project's plugin."""
