"""A real Elasticsearch for tests and a developer's shell: the minimal distribution and a plugin of our own."""
