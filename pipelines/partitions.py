"""Sessions as partitions: which exist, which is the current one, and which runs cover a choice of them."""

from collections.abc import Iterable, Sequence

import dagster as dg

from assets.graph.partitions import FIRST, LAST, ONE, SESSIONS, in_order

NAME = str(SESSIONS.name)


def known_sessions(instance: dg.DagsterInstance) -> list[str]:
    """The sessions that have a partition, oldest first."""
    return in_order(instance.get_dynamic_partitions(NAME))


def current_session(instance: dg.DagsterInstance) -> str | None:
    """The newest session; None before upstream was first asked."""
    return next(reversed(known_sessions(instance)), None)


def add_sessions(instance: dg.DagsterInstance, held: Iterable[str]) -> list[str]:
    """Give every session that upstream holds a partition; returns the new ones, oldest first."""
    new = [session for session in in_order(held) if session not in instance.get_dynamic_partitions(NAME)]
    if new:
        instance.add_dynamic_partitions(NAME, new)
    return new


def run_tags(instance: dg.DagsterInstance, sessions: Sequence[str]) -> list[dict[str, str]]:
    """The partition tags of as few runs as cover these sessions: one for each stretch without a gap.

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
