"""What is sent as a batch, and the answer to it."""

from typing import Annotated, Any, Final

import msgspec

from serving.core.answers.envelope import Meta

MOST_PATHS: Final = 20
LONGEST_PATH: Final = 4096
Path = Annotated[str, msgspec.Meta(pattern=r"^/api/v1/[!-\"$-~]*$", max_length=LONGEST_PATH)]


class BatchRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Several addresses to read. / Plusieurs adresses à lire."""

    paths: Annotated[list[Path], msgspec.Meta(min_length=1, max_length=MOST_PATHS)]
    """Addresses of this API with their queries, percent-encoded, 1 to 20.
    / Des adresses de cette API avec leurs paramètres, encodées, de 1 à 20."""


class BatchPart(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one address of a batch. / La réponse à une adresse d’un lot."""

    path: str
    """The address as sent. / L’adresse envoyée."""
    status: int
    """Its HTTP status. / Son statut HTTP."""
    headers: dict[str, str]
    """Those of its headers that its body does not say, in lower case, such as `etag`, `last-modified`, `location`.
    / Ceux de ses en-têtes que le corps ne dit pas, en minuscules, comme `etag`, `last-modified`, `location`."""
    body: Any
    """Its body: the JSON of the address, or its problem; null where it has none, as for a redirection.
    / Son corps, soit le JSON de l’adresse, ou son problème; nul s’il n’y en a pas, comme pour une redirection."""


class BatchOut(msgspec.Struct, frozen=True, kw_only=True):
    """The answers of a batch. / Les réponses d’un lot."""

    data: list[BatchPart]
    """One answer for each address, in the order of the request. / Une réponse par adresse, dans l’ordre demandé."""
    meta: Meta
