"""The data-quality report: one point of the trend a run, and the pages of Great Expectations."""
