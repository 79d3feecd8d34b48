"""Editors' overrides as loads merge them. Below the domains: it knows none of them."""
