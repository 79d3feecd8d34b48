"""Real servers of a test run, one a worker, and what stands in front of them."""
