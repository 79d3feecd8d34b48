"""Ridings, and who sat for them."""
