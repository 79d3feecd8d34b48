"""Cache tiers: encoded answers in memory, then Redis."""
