"""Sessions as partitions: which exist, which is current, and which runs cover a selection of them."""

from collections.abc import Iterable, Sequence

import dagster as dg

from assets.graph.partitions import FIRST, LAST, ONE, SESSIONS, in_order

NAME = str(SESSIONS.name)


def known_sessions(instance: dg.DagsterInstance) -> list[str]:
    """The sessions that have a partition, oldest first."""
    return in_order(instance.get_dynamic_partitions(NAME))


def current_session(instance: dg.DagsterInstance) -> str | None:
    """The newest session; None before the first request to upstream."""
    return next(reversed(known_sessions(instance)), None)


def add_sessions(instance: dg.DagsterInstance, held: Iterable[str]) -> list[str]:
    """Add a partition for every session of upstream; returns the new ones, oldest first."""
    new = [session for session in in_order(held) if session not in instance.get_dynamic_partitions(NAME)]
    if new:
        instance.add_dynamic_partitions(NAME, new)
    return new


def run_tags(instance: dg.DagsterInstance, sessions: Sequence[str]) -> list[dict[str, str]]:
    """The partition tags of the fewest runs that cover these sessions: one for each sequence without a gap.

    Dagster counts partitions in the order in which they were added.
    """
    existing = list(instance.get_dynamic_partitions(NAME))
    places = sorted(existing.index(session) for session in sessions)
    stretches: list[list[int]] = []
    for place in places:
        if stretches and place == stretches[-1][-1] + 1:
            stretches[-1].append(place)
        else:
            stretches.append([place])
    return [_tags(existing[stretch[0]], existing[stretch[-1]]) for stretch in stretches]


def _tags(first: str, last: str) -> dict[str, str]:
    return {ONE: first} if first == last else {FIRST: first, LAST: last}
