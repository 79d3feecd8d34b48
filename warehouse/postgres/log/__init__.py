"""The change logs: reading, positions, monthly partitions, archives."""
