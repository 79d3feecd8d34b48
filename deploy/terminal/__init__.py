"""What a person at a terminal reads: output, progress, exit codes, hints."""
