"""Named places where a test can kill the process, to prove that a crash anywhere loses nothing.

`OPENPOLICY_FAILPOINT=store.after_merge` kills at the first pass, `store.after_merge:3` at the third.
"""

import os
import signal
from collections import Counter
from functools import cache

FAILPOINTS = (
    "fetch.after_response",
    "fetch.after_archive",
    "fetch.after_documents",
    "parse.after_parse",
    "check.after_checks",
    "store.before_merge",
    "store.after_merge",
    "store.after_change_log",
    "store.between_shards",
    "store.after_commit",
    "documents.before_loaded",
    "documents.after_loaded",
    "members.before_commit",
    "project.after_read",
    "project.before_commit",
    "project.after_commit",
)
RELAY_FAILPOINTS = (
    "relay.after_read",
    "relay.before_commit",
    "relay.after_publish",
    "relay.after_save",
)
CONSUME_FAILPOINTS = (
    "consume.after_read",
    "consume.after_project",
    "consume.after_insert",
    "consume.after_commit",
)
STREAM_FAILPOINTS = RELAY_FAILPOINTS + CONSUME_FAILPOINTS
READ_MODEL_FAILPOINTS = (
    "lists.before_commit",
    "bill_statistics.before_commit",
    "search.before_commit",
    "search.after_commit",
    "facts.after_parts",
)
OVERRIDE_FAILPOINTS = (
    "override.after_archive",
    "override.after_row",
    "override.after_store",
    "override.before_note",
    "override.after_note",
    "withdraw.before_commit",
    "withdraw.after_commit",
)
RESHARD_FAILPOINTS = (
    "reshard.after_begin",
    "reshard.after_slice",
    "reshard.after_fence",
    "reshard.after_check",
    "reshard.after_open",
    "reshard.after_switch",
    "reshard.before_delete",
    "reshard.after_delete",
)
ARCHIVE_FAILPOINTS = (
    "archive.after_export",
    "archive.after_upload",
    "archive.after_read_back",
    "archive.before_commit",
    "archive.after_commit",
    "archive.after_compact",
)
RELEASE_FAILPOINTS = (
    "release.before_file",
    "release.after_file",
    "release.before_manifest",
    "release.between_manifest_and_latest",
    "release.after_manifest",
)
_passes: Counter[str] = Counter()


@cache
def _armed() -> tuple[str, int]:
    name, _, nth = os.environ.get("OPENPOLICY_FAILPOINT", "").partition(":")
    known = (
        FAILPOINTS
        + STREAM_FAILPOINTS
        + READ_MODEL_FAILPOINTS
        + OVERRIDE_FAILPOINTS
        + RESHARD_FAILPOINTS
        + ARCHIVE_FAILPOINTS
        + RELEASE_FAILPOINTS
    )
    if name and name not in known:
        raise ValueError(f"OPENPOLICY_FAILPOINT: {name!r} is not one of {', '.join(known)}")
    return name, int(nth or 1)


def failpoint(name: str) -> None:
    """Kill this process with SIGKILL if `name` is armed and this is its n-th pass; otherwise do nothing."""
    armed, nth = _armed()
    if name == armed:
        _passes[name] += 1
        if _passes[name] == nth:
            os.kill(os.getpid(), signal.SIGKILL)
