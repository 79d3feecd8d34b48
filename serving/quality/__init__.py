"""The state of the data: what is doubtful, quarantined and incomplete, for programs and for people."""
