"""Checks that run before anything is stored: check results, declared suites, their frames, the gate. Nothing specific
to one domain."""
