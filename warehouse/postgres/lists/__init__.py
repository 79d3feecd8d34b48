"""List tables: how they are declared, written and read in pages."""
