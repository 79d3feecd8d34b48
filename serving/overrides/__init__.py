"""What editors have corrected, and why. Read only: they are made by `openpolicy override`."""
