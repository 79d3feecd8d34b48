"""A request made ready for routing: oddities refused, the suffix read, HEAD answered as GET."""

import re
from typing import Final
from urllib.parse import quote_from_bytes, unquote_to_bytes

from serving.core.http.errors import InvalidValue
from serving.core.http.exchange import Exchange, Formats, Scope
from serving.core.http.negotiation import split_suffix

MAX_PATH_BYTES: Final = 1024
MAX_QUERY_BYTES: Final = 8192
_API: Final = "/api/v1/"
_OPENAPI: Final = "/api/v1/openapi.json"
_ASCII: Final = "".join(map(chr, range(0x21, 0x7F)))
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def exchange_for(scope: Scope, formats: Formats, request_id: bytes) -> Exchange:
    """Change the scope so that routes need to know less, and return the exchange for the handler.

    Raises:
        InvalidValue: path or query are too long, not UTF-8, or hold control characters, or the path is none (`*`).
    """
    path = decoded(scope["raw_path"].partition(b"?")[0], "path", MAX_PATH_BYTES)
    if not path.startswith("/"):
        raise InvalidValue("The path must begin with `/`.", "L’adresse doit commencer par `/`.", param="path")
    query = scope["query_string"]
    decoded(query.replace(b"+", b" "), "query", MAX_QUERY_BYTES)
    if scope["method"] == "HEAD":
        scope["method"] = "GET"
    scope["path"] = path
    if path.startswith(_API) and path != _OPENAPI:
        scope["path"], named = split_suffix(path)
        if named is not None:
            formats = (named,)
    suffix = path.removeprefix(scope["path"])
    return Exchange(request_id.decode(), formats, scope["path"], suffix, quote_from_bytes(query, safe=_ASCII))


def decoded(raw: bytes, what: str, longest: int) -> str:
    """Percent-decoded text of a path or a query.

    Raises:
        InvalidValue: it is too long, not UTF-8, or holds control characters; its position is that in the whole of it.
    """
    if len(raw) > longest:
        raise InvalidValue(
            f"The {what} is longer than {longest} bytes.",
            f"L’adresse dépasse {longest} octets.",
            param=what,
            position=longest,
        )
    try:
        text = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError as error:
        message = f"The {what} is not UTF-8 after percent-decoding."
        raise InvalidValue(message, "L’adresse n’est pas en UTF-8.", param=what, position=error.start) from None
    if (control := _CONTROL.search(text)) is not None:
        raise InvalidValue(
            f"The {what} holds control characters.",
            "L’adresse contient des caractères de commande.",
            param=what,
            position=control.start(),
        )
    return text
