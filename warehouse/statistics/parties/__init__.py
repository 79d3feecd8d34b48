"""Caucuses in votes: cohesion, splits, free votes.

Counts of single members are in `members`; the agreement of two caucuses is there too, with that of two members.
"""
