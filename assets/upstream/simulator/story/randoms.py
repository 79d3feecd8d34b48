"""Repeatable chance: the same seed and purpose always give the same stream."""

import random


def stream(*purpose: object) -> random.Random:
    """A stream of random numbers that depends on the purpose alone, so that any document can be drawn by itself."""
    return random.Random("|".join(str(part) for part in purpose))  # noqa: S311 - a story, not a secret
