"""How runs are executed, retried and tagged.

Errors that may pass are retried where they happen (`assets.graph.our_errors`); a run whose process died is started
again; a run that failed by a check is not, because the same document would fail it again.
"""

import warnings

import dagster as dg

warnings.filterwarnings("ignore", message=".*`owners`.*SensorDefinition.*", category=dg.BetaWarning)
"""Dagster says it of itself, of sensors that name a job; the version is pinned, and users should not read it."""
EXECUTOR = dg.in_process_executor
"""A process for each step costs three seconds of imports, which is more than most steps take."""
RUN_TAGS = {"dagster/max_retries": "2", "dagster/retry_on_asset_or_op_failure": "false"}
