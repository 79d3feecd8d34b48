"""Search and suggestions over bills, votes and members."""
