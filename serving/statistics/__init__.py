"""Statistics: every number with its method, what it was counted from, and what was left out."""
