"""Statistics of bills: the materialized view, and the kept table that serves."""
