"""Entities, events, facts and questions that are made up for tests; none claims to be a record of Parliament."""
