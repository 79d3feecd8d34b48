"""The state of the data: findings, quarantined records and completeness, for programs and for people."""
