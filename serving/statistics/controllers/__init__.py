"""The routes of statistics. Their answers are computed in `figures`."""
