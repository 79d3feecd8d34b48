"""Statistics: every number comes with its method, its rows, and what was left out."""
