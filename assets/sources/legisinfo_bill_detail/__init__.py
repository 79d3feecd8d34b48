"""LEGISinfo's full record of one bill, JSON."""
