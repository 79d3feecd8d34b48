"""Queries that mean the same have one form; all others stay as they were sent."""

import pytest

from serving.core.http.canonical_query import canonical


@pytest.mark.parametrize(
    ("sent", "form"),
    [
        (b"", b""),
        (b"limit=3&sort=-date", b"limit=3&sort=-date"),
        (b"fields=title,key", b"fields=key,title"),
        (b"fields=title%2Ckey,key", b"fields=key,title"),
        (b"fields=title&limit=3&fields=key", b"fields=key,title&limit=3"),
        (b"include=votes,sponsor&fields=+title,key", b"include=sponsor,votes&fields=key,title"),
        (b"fields=", b"fields="),
        (b"fields=key,,title", b"fields=,key,title"),
        (b"fields=a%00b", b"fields=a%00b"),
        (b"fields=%ff,a", b"fields=%ff,a"),
        (b"fields=%C3%A9,a&x=%2B", b"fields=a,%C3%A9&x=%2B"),
        (b"xfields=b,a&title=fields=b,a", b"xfields=b,a&title=fields=b,a"),
    ],
)
def test_the_names_of_a_set_are_in_order(sent: bytes, form: bytes) -> None:
    assert canonical(sent) == form
    assert canonical(form) == form
