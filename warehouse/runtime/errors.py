"""One tree of errors. The class gives the status, the stable code, and whether a retry can help."""

from typing import ClassVar

from warehouse.runtime.masking import mask_text


class OpenPolicyError(Exception):
    """An error with one cause and one next step. Passwords of URLs are masked in both."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    exit_code: ClassVar[int] = 1
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, fix: str = "") -> None:
        self.message, self.fix = mask_text(message), mask_text(fix)
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message} {self.fix}".strip()


class SettingInvalid(OpenPolicyError):
    """A setting has a value it may not have."""

    code, exit_code = "setting_invalid", 2


class SourceChanged(OpenPolicyError):
    """A field that we use is missing or has a new format. The document is quarantined, and nothing of it is
    published."""

    code = "source_changed"


class SourceUnusable(OpenPolicyError):
    """The source given by the user cannot be used at all: no such folder, no expected files, unknown session."""

    code, exit_code = "source_unusable", 3


class UpstreamUnavailable(OpenPolicyError):
    """Parliament's site did not answer as expected; safe to try again."""

    status, code, exit_code, retryable = 503, "upstream_unavailable", 4, True


class StoreUnavailable(OpenPolicyError):
    """A database refused or timed out; safe to try again."""

    status, code, exit_code, retryable = 503, "store_unavailable", 5, True


class StateLost(OpenPolicyError):
    """The object with the state of an archived change is missing or was altered."""

    code, exit_code = "state_lost", 11


class DataFolderUnusable(OpenPolicyError):
    """The data folder belongs to another version, another kind of source, or another process."""

    code, exit_code = "data_folder_unusable", 6


class PortTaken(OpenPolicyError):
    """A port we need is in use."""

    code, exit_code = "port_taken", 7


class ShardMapInvalid(OpenPolicyError):
    """The shard map does not cover every bucket exactly once, or names a shard that is not configured."""

    status, code, exit_code = 500, "shard_map_invalid", 8


class ShardMoved(StoreUnavailable):
    """Buckets may not be written or read on this shard (now), because they move to another one. Read the map again."""

    code = "shard_moved"

    def __init__(self, message: str, *, buckets: frozenset[int], fix: str = "Try again in a few seconds.") -> None:
        super().__init__(message, fix=fix)
        self.buckets = buckets


class MoveGivenUp(OpenPolicyError):
    """A bucket could not be moved now. It is complete at its source, where it is read and written; the move can be
    retried."""

    code, exit_code, retryable = "move_given_up", 12, True


class BadEvent(OpenPolicyError):
    """A message that can never be processed: it becomes a dead letter, and the next one is read."""

    code = "bad_event"


class RowRefused(OpenPolicyError):
    """A row that a store will never accept: a number too large for its column, a text that it cannot store."""

    code = "row_refused"


class LeadLost(OpenPolicyError):
    """Another process leads by now; this one must not publish or save anything."""

    code, retryable = "lead_lost", True


class OverrideInvalid(OpenPolicyError):
    """A requested override is not allowed or cannot be found."""

    code, exit_code = "override_invalid", 2
