"""Members in votes: participation, dissent, agreement, scorecards.

Counts of groups are in `parties`; who sits where and when is in `counting.roster`.
"""
