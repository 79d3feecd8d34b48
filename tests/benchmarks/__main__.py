"""`python -m tests.benchmarks [PART …]`: every part by default, in one run."""

import argparse
import sys
from collections.abc import Callable
from functools import partial

from tests.benchmarks.harness import machine, wrk
from tests.benchmarks.harness.installation import Installation, installation
from tests.benchmarks.harness.tables import Table
from tests.benchmarks.measurements import (
    admission,
    analytics,
    backlog,
    freshness,
    gateway,
    limits,
    loading,
    searching,
    serving,
    soak,
    statistics,
    storing,
    tiers,
    warming,
)

_ASKED_FOR = ("admission", "gateway", "tiers", "warming", "soak")
"""What takes minutes, or loads the machine, and is measured only when it is named."""
_PARTS = ("limits", "searching", "statistics", "freshness", "backlog", "loading", "storing", "analytics", "serving")
_ALONE = {"limits", "searching", "statistics", "freshness", "backlog", "tiers", "warming", "soak"}
"""What brings its own data; the others measure what loading has loaded."""


def main() -> int:
    """Measure and print; the exit code says whether everything asked for could be measured, never how fast it was."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="|".join(_PARTS + _ASKED_FOR), help="What to measure; default: everything."
    )
    parser.add_argument("--seconds", type=int, default=3, help="Of each case over HTTP in each round.")
    parser.add_argument("--rounds", type=int, default=3, help="Over HTTP; the medians are printed.")
    parser.add_argument("--minutes", type=float, default=10, help="Of the soak.")
    options = parser.parse_args()
    parts = options.parts or list(_PARTS)
    if unknown := set(parts) - set(_PARTS + _ASKED_FOR):
        parser.error(f"There is no {', '.join(sorted(unknown))}; choose from {', '.join(_PARTS + _ASKED_FOR)}.")
    over_http = [part for part in ("serving", "gateway") if part in parts]
    if over_http and (missing := wrk.missing_programs()):
        needed, unmeasured = " ".join(missing), " and ".join(over_http)
        print(f"Not measured: {unmeasured}. Install {needed} (Debian: apt-get install {needed}).", file=sys.stderr)
        parts = [part for part in parts if part not in over_http]
    if sys.platform != "linux":
        parser.error("CPU time is read from /proc, which only Linux has.")
    print("\n".join(machine.facts()), end="\n\n", flush=True)
    works: dict[str, Callable[[Installation], list[Table]]] = {
        "limits": limits.measure,
        "searching": searching.measure,
        "loading": loading.measure,
        "storing": storing.measure,
        "analytics": analytics.measure,
        "serving": partial(serving.measure, seconds=options.seconds, rounds=options.rounds),
        "gateway": partial(gateway.measure, seconds=options.seconds, rounds=options.rounds),
        "statistics": statistics.measure,
        "freshness": freshness.measure,
        "backlog": backlog.measure,
        "admission": admission.measure,
        "tiers": tiers.measure,
        "warming": warming.measure,
        "soak": partial(soak.measure, minutes=options.minutes),
    }
    with installation() as installed:
        for part in _PARTS + _ASKED_FOR:
            if part in parts or (part == "loading" and set(parts) - _ALONE):
                for table in works[part](installed):
                    print(table.text(), flush=True)
    return 0 if set(parts) == set(options.parts or _PARTS) else 1


if __name__ == "__main__":
    sys.exit(main())
