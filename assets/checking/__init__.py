"""What is checked before anything is stored: checks, declared suites, their frames, the gate. Nothing of one domain."""
