"""Long-running loops that move facts: the change log into projections."""
