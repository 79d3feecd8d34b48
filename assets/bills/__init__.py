"""Bills: from LEGISinfo's list and detail records to one bill a key."""
