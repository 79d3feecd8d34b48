"""How close a vote was, from its announced totals."""


def margin(yeas: int | None, nays: int | None) -> int | None:
    """By how many votes it was decided; null where no totals are announced."""
    return None if yeas is None or nays is None else abs(yeas - nays)


def closeness(yeas: int | None, nays: int | None) -> float | None:
    """`closeness/1`: |yea-nay|/(yea+nay), 0 for a tie and 1 where everybody agreed; null where nobody voted."""
    if yeas is None or nays is None or yeas + nays == 0:
        return None
    return abs(yeas - nays) / (yeas + nays)
