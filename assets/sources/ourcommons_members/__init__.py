"""The members of the House, XML with or without PersonId, or CSV."""
