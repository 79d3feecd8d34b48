"""Parses requests of ClickHouse's HTTP protocol. Pure."""

import base64
import binascii
import hmac
import re
from email.message import Message
from email.parser import BytesParser
from urllib.parse import parse_qsl

import msgspec

_INSERT = re.compile(
    rb"\s*(INSERT\s+INTO\s+(?:TABLE\s+)?(?:`[^`]*`|[^\s(`])+\s*(?:\([^)]*\)\s*)?)FORMAT\s+(\w+)[ \t]*\r?\n?",
    re.IGNORECASE,
)
_FORMAT = re.compile(r"\bFORMAT\s+(\w+)\s*;?\s*$", re.IGNORECASE)
DEFAULT_FORMAT = "TabSeparated"


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement to run."""

    sql: str
    format: str
    """Of the answer, or of the data of an insert."""
    database: str
    parameters: dict[str, str]
    data: bytes | None = None
    """The data of an insert; None for statements without data."""


def statement(query: str, content_type: str, default_format: str | None, body: bytes) -> Statement | None:
    """The statement of a request; None if there is none.

    Settings in the address are ignored: those that clients send concern the transport, or would only speed up one
    query.

    Raises:
        ValueError: the body is declared as a form but is not one, or a statement is not UTF-8.
    """
    fields = dict(parse_qsl(query, keep_blank_values=True))
    if content_type.startswith("multipart/form-data"):
        fields |= _form(content_type, body)
        body = b""
    whole = fields["query"].encode() + b"\n" + body if fields.get("query") else body
    if not whole.strip():
        return None
    database = fields.get("database") or "default"
    parameters = {name.removeprefix("param_"): text for name, text in fields.items() if name.startswith("param_")}
    if insert := _INSERT.match(whole):
        return Statement(
            sql=insert[1].decode().strip(),
            format=insert[2].decode(),
            database=database,
            parameters=parameters,
            data=whole[insert.end() :],
        )
    sql = whole.decode()
    named = _FORMAT.search(sql)
    chosen = named[1] if named else default_format or fields.get("default_format") or DEFAULT_FORMAT
    return Statement(sql=sql, format=chosen, database=database, parameters=parameters)


def _form(content_type: str, body: bytes) -> dict[str, str]:
    parsed = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    if not parsed.is_multipart():
        raise ValueError("The body is not a form.")
    return {str(part.get_param("name", header="content-disposition")): _text(part) for part in _parts(parsed)}


def _parts(form: Message) -> list[Message]:
    payload = form.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    return content.decode() if isinstance(content, bytes) else ""


def is_authorized(headers: Message, user: str, password: str) -> bool:
    """Whether the headers have this user and password, by HTTP Basic or ClickHouse's own pair of headers."""
    given = headers.get("Authorization", "")
    if given.startswith("Basic "):
        try:
            text = base64.b64decode(given.removeprefix("Basic "), validate=True)
        except binascii.Error:
            return False
    else:
        text = f"{headers.get('X-ClickHouse-User', '')}:{headers.get('X-ClickHouse-Key', '')}".encode()
    return hmac.compare_digest(text, f"{user}:{password}".encode())
