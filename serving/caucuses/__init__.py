"""Caucuses: the groups in which members sit. Parties, which stand in elections, are another thing."""
