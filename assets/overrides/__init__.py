"""Editors' overrides as loads merge them. This package is below the domains and knows none of them."""
