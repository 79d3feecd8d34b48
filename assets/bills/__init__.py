"""Bills: LEGISinfo's list and detail records merged into one bill for each key."""
