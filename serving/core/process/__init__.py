"""What one API process holds: stores, cursors, search and statistics clients."""
