"""Members of the House and their ballots."""
