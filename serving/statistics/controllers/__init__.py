"""The routes of statistics. What they answer is computed in `figures`."""
