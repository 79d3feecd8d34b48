"""One tree of errors. The class says the status, the stable code, and whether trying again can help."""

from typing import ClassVar

from warehouse.runtime.masking import mask_text


class OpenPolicyError(Exception):
    """Something a person can act on: one cause, one next step. Passwords of URLs are masked in both."""

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
    """A field we rely on is missing or of a new shape; the document is quarantined, nothing is published from it."""

    code = "source_changed"


class SourceUnusable(OpenPolicyError):
    """The source given by the user cannot be used at all: no such folder, no expected files, unknown session."""

    code, exit_code = "source_unusable", 3


class UpstreamUnavailable(OpenPolicyError):
    """Parliament's site did not answer as it should; safe to try again."""

    status, code, exit_code, retryable = 503, "upstream_unavailable", 4, True


class StoreUnavailable(OpenPolicyError):
    """A database refused or timed out; safe to try again."""

    status, code, exit_code, retryable = 503, "store_unavailable", 5, True


class StateLost(OpenPolicyError):
    """The object that holds the state of an archived change is missing, or was altered."""

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
    """Buckets are not, or not now, to be written or read here: they move to another shard. Read the map again."""

    code = "shard_moved"

    def __init__(self, message: str, *, buckets: frozenset[int], fix: str = "Try again in a few seconds.") -> None:
        super().__init__(message, fix=fix)
        self.buckets = buckets


class MoveGivenUp(OpenPolicyError):
    """A bucket could not be moved now; it is whole where it was, is read and written there, and can be tried again."""

    code, exit_code, retryable = "move_given_up", 12, True


class BadEvent(OpenPolicyError):
    """A message that can never be processed as it is: it becomes a dead letter, and the next one is read."""

    code = "bad_event"


class RowRefused(OpenPolicyError):
    """A store will never take a row: a number too large for its column, a text it cannot hold."""

    code = "row_refused"


class LeadLost(OpenPolicyError):
    """Another process leads by now; what this one holds is not to be published or saved."""

    code, retryable = "lead_lost", True


class OverrideInvalid(OpenPolicyError):
    """An override cannot be made or found as it is asked for."""

    code, exit_code = "override_invalid", 2
