"""The feed of changes and the register of corrections, read from the change logs."""
