"""The data-quality report: one point of the trend for each run, and the pages of Great Expectations."""
