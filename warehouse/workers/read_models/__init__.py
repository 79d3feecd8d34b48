"""The read models: the registry, and how each applies a batch of changes."""
