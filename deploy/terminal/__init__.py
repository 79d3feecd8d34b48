"""Output for a terminal: tables, progress, exit codes, hints."""
