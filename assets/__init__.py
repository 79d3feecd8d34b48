"""The asset graph by domain: what exists and what it depends on. Fetch, parse, check; storing is the warehouse's."""
