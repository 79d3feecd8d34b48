"""LEGISinfo's list of the bills of one session, JSON or XML."""
