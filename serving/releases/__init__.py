"""Dataset releases: what there is to take away, and the files themselves."""
