"""The partitions of the graph: one for each session of Parliament that upstream holds, `45-1`.

They live here, below `pipelines`, because assets name them and may not import what runs them.
"""

import warnings
from collections.abc import Iterable, Mapping, Sequence

import dagster as dg

from warehouse.model.keys import SessionCode

SESSIONS = dg.DynamicPartitionsDefinition(name="session")
warnings.filterwarnings("ignore", message=".*backfill_policy.*", category=dg.BetaWarning)
"""Dagster warns at every asset that the next name may change; its version is pinned, so the warning is suppressed."""
WHOLE_HISTORY = dg.BackfillPolicy.single_run()
"""Starting a run takes seconds of imports, loading a session often less: one run loads all requested sessions."""
ONE, FIRST, LAST = "dagster/partition", "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
"""The tags in which Dagster gives the partitions of a run."""


def in_order(sessions: Iterable[str]) -> list[str]:
    """Sessions from the oldest to the newest."""
    return sorted(sessions, key=SessionCode.parse)


def sessions_of_run(tags: Mapping[str, str], existing: Sequence[str]) -> list[str]:
    """The sessions of a run; assets without partitions cannot ask Dagster for them."""
    if ONE in tags:
        return [tags[ONE]]
    if FIRST not in tags:
        return []
    return list(existing[existing.index(tags[FIRST]) : existing.index(tags[LAST]) + 1])
