"""Makes dataset releases, and proves that they are whole."""
