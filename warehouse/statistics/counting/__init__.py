"""What every count starts from: formulas on counts, the sheet of positions, tallies by group, terms and offices.

What a count means for caucuses or members is in `parties` and `members`.
"""
