"""The installation that gets one more shard."""

from tests.support.processes.resharding import growing

__all__ = ["growing"]
