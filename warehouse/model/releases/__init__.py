"""Dataset releases: what is in them, and how a release says so."""
