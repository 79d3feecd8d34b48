"""The state of the data: what is doubtful, parked and incomplete, for programs and for people."""
