"""What every list shares: pages, links, versions, suggestions where nothing is found."""
