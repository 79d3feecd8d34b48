"""The roles of the processes, on the tests' server: tests of a process connect as it does in an installation."""

from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

ROLE_PASSWORD = "of-the-roles-of-tests"


def as_role(role: str, urls: Sequence[str]) -> list[str]:
    """The URLs with which a role, which has the rights that `migrate` gave it, reaches these databases."""
    return [
        urlunsplit(parts._replace(netloc=f"{role}:{ROLE_PASSWORD}@{parts.netloc.rpartition('@')[2]}"))
        for parts in map(urlsplit, urls)
    ]
