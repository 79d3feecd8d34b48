"""The story in Parliament's formats: bill lists and details, vote lists and ballots, members lists and roles.

What happens is decided in `story`; faults of delivery are in `delivery`, next to this folder.
"""
