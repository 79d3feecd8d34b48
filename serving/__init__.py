"""How facts are read: the public API. A service imports `core` and the warehouse, never another service."""
