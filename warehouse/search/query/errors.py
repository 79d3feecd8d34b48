"""The error of a query, with its position, in both languages."""

from collections.abc import Iterable

from warehouse.runtime.errors import OpenPolicyError


class QueryInvalid(OpenPolicyError):
    """The query cannot be understood; `position` is the character, counted from 0, at which it goes wrong."""

    status, code = 400, "query_invalid"

    def __init__(
        self, en: str, fr: str, position: int, *, allowed: Iterable[str] = (), nearest: str | None = None
    ) -> None:
        super().__init__(en)
        self.en, self.fr, self.position = en, fr, position
        self.allowed = list(allowed)
        self.nearest = nearest
