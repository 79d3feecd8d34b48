"""How OpenPolicy is run: the command line and the local supervisor. Above every other package; nothing imports it."""
