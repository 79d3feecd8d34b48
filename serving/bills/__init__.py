"""Bills, their stages and their votes."""
