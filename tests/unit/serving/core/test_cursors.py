"""Cursors come back as they were written, and only if we wrote them."""

import base64
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.core.http.errors import InvalidValue
from serving.core.process.cursors import Cursor, Cursors

CURSOR = Cursor(
    "bills", b"hash", 7, dt.datetime(2026, 5, 29, tzinfo=dt.UTC), False, [4501, None, "2025-06-01", "45-1/C-3"], 928
)


def test_a_cursor_comes_back_as_it_was_written() -> None:
    cursors = Cursors("secret")
    text = cursors.write(CURSOR)
    assert cursors.read(text) == CURSOR
    assert Cursors("secret").read(text) == CURSOR
    assert not set(text) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_cursor_of_another_key_is_refused() -> None:
    with pytest.raises(InvalidValue):
        Cursors("another").read(Cursors("secret").write(CURSOR))
    assert Cursors("another").fingerprint != Cursors("secret").fingerprint


@given(st.binary(max_size=80))
def test_bytes_that_we_did_not_sign_are_refused(forged: bytes) -> None:
    with pytest.raises(InvalidValue):
        Cursors("secret").read(base64.urlsafe_b64encode(forged).decode().rstrip("="))


@given(st.text(max_size=80))
def test_any_text_is_refused_without_an_accident(forged: str) -> None:
    with pytest.raises(InvalidValue):
        Cursors("secret").read(forged)


@given(st.integers(min_value=0, max_value=10_000), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_is_noticed(where: int, change: int) -> None:
    cursors = Cursors("secret")
    raw = bytearray(base64.urlsafe_b64decode(cursors.write(CURSOR) + "=="))
    raw[where % len(raw)] ^= change
    with pytest.raises(InvalidValue):
        cursors.read(base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("="))
