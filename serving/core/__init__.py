"""What every service shares: shapes, errors, filters, cursors, caching, health, pages. No entity of its own."""
