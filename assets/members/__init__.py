"""Members of the House and the intervals in which they sat for a riding in a caucus."""
