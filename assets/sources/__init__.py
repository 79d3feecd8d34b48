"""One folder for each source: `source.yml` says what to expect, `parse.py` turns bytes into structs and does nothing
else."""
