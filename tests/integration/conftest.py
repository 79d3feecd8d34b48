"""The installation that gets one more shard."""

from tests.support.resharding import growing

__all__ = ["growing"]
