"""What is going to be removed: declared once on a service's name-plate, said in every answer that uses it.

`Deprecation` (RFC 9745) is the instant since which it should not be used any more, `Sunset` (RFC 8594) the one after
which it may be gone, and `Link` with `rel="successor-version"` leads to what replaces it. The OpenAPI document has
`deprecated: true` from the same declaration.
"""

import datetime as dt
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Final
from urllib.parse import parse_qsl

import msgspec

from serving.core.http.exchange import Scope

_MOST_PARAMETERS: Final = 100


class Deprecation(msgspec.Struct, frozen=True, kw_only=True):
    """One route or one parameter that will be removed."""

    since: dt.datetime
    """The aware instant since which it should not be used."""
    sunset: dt.datetime | None = None
    """The aware instant after which it may answer with an error; None where that is not decided."""
    successor: str = ""
    """The address that replaces it, if there is one."""
    en: str
    fr: str
    """What to use instead, in both languages, for the OpenAPI document."""

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers of an answer that uses it."""
        found = [("deprecation", f"@{int(self.since.timestamp())}")]
        if self.sunset is not None:
            found.append(("sunset", format_datetime(self.sunset.astimezone(dt.UTC), usegmt=True)))
        if self.successor:
            found.append(("link", f'<{self.successor}>; rel="successor-version"'))
        return found


class Deprecations:
    """Every deprecation of the services in this process: by operation, or by `operation.parameter`."""

    def __init__(self, declared: Mapping[str, Deprecation]) -> None:
        self._routes: dict[str, Deprecation] = {}
        self._parameters: dict[str, dict[str, Deprecation]] = {}
        for name, deprecation in declared.items():
            operation, _, parameter = name.partition(".")
            if parameter:
                self._parameters.setdefault(operation, {})[parameter] = deprecation
            else:
                self._routes[operation] = deprecation

    def headers_of(self, scope: Scope) -> list[tuple[str, str]]:
        """The headers for a request that was routed: of its route, else of the first parameter that is deprecated."""
        if not self._routes and not self._parameters:
            return []
        operation = str(getattr(scope.get("route_handler"), "operation_id", None) or "")
        if (of_route := self._routes.get(operation)) is not None:
            return of_route.headers
        of_parameters = self._parameters.get(operation)
        if of_parameters is None:
            return []
        try:
            given = parse_qsl(bytes(scope["query_string"]).decode("latin-1"), max_num_fields=_MOST_PARAMETERS)
        except ValueError:
            return []
        names = (name.partition("__")[0] for name, _ in given)
        found = next((of_parameters[name] for name in names if name in of_parameters), None)
        return [] if found is None else found.headers
