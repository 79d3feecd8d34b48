"""What each page shows: which addresses of the API it reads, and how they are put together."""

import asyncio
from typing import Any, Final
from urllib.parse import urlencode

from serving.core.parameters.query_string import Parameters
from serving.explorer.pictures import Seats, hemicycle, vote_bars
from serving.explorer.reading import ApiReader

_LIMIT: Final = 50
_BALLOTS: Final = 500
_LATEST: Final = 25
LISTS: Final[dict[str, tuple[str, ...]]] = {
    "/bills": ("session", "title__contains", "status", "cursor"),
    "/votes": ("session", "subject__contains", "result", "cursor"),
    "/members": ("name__contains", "party", "province", "sitting", "cursor"),
    "/search": ("q", "offset"),
}
"""The parameters that each page with a list takes."""
_BOTH: Final = {"lang": "both"}
"""Where a text may be published in one language only: better that than none."""


async def bill(api: ApiReader, session: str, number: str) -> dict[str, Any]:
    """One bill with its stages, votes and history."""
    found = await api.get(f"/bills/{session}/{number}")
    path = f"/bills/{found['data']['key']}"
    stages, votes, history, figures = await asyncio.gather(
        api.get(f"{path}/stages"),
        api.get(f"{path}/votes", limit=200, sort="date,number", **_BOTH),
        api.get(f"{path}/history", limit=20),
        api.maybe(f"{path}/statistics"),
    )
    return {
        "bill": found["data"],
        "stages": stages["data"],
        "votes": votes["data"],
        "history": history["data"],
        "figures": figures["data"] if figures else None,
    }


async def vote(api: ApiReader, session: str, chamber: str, number: str) -> dict[str, Any]:
    """One vote with every ballot, and how the caucuses voted."""
    found = await api.get(f"/votes/{session}/{chamber}/{number}", **_BOTH)
    key = found["data"]["key"]
    ballots, figures = await asyncio.gather(
        api.get(f"/votes/{key}/ballots", limit=_BALLOTS), api.maybe(f"/statistics/votes/{key}")
    )
    counted = figures["data"] if figures else None
    dissent = {each["member"]["person_id"] for each in counted["dissent"]} if counted else set()
    return {
        "vote": found["data"],
        "ballots": ballots["data"],
        "figures": counted,
        "dissent": dissent,
        "bars": vote_bars,
    }


async def member(api: ApiReader, person: str) -> dict[str, Any]:
    """One member with terms, figures, latest ballots and bills."""
    found = await api.get(f"/members/{person}")
    number = found["data"]["person_id"]
    ballots, bills, figures = await asyncio.gather(
        api.get(f"/members/{number}/ballots", limit=_LATEST, **_BOTH),
        api.get("/bills", sponsor=number, limit=_LATEST),
        api.maybe(f"/statistics/members/{number}"),
    )
    return {
        "member": found["data"],
        "figures": figures["data"]["sessions"] if figures else [],
        "coverage": figures["coverage"] if figures else None,
        "ballots": ballots["data"],
        "ballot_count": ballots["page"]["count"],
        "bills": bills["data"],
        "bill_count": bills["page"]["count"],
    }


async def bills(api: ApiReader, asked: Parameters) -> dict[str, Any]:
    """A page of bills."""
    return await _list(api, asked, "/bills")


async def votes(api: ApiReader, asked: Parameters) -> dict[str, Any]:
    """A page of votes."""
    return await _list(api, asked, "/votes")


async def members(api: ApiReader, asked: Parameters) -> dict[str, Any]:
    """A page of members: the sitting ones where nothing else is asked for, with the seats of the House."""
    found = await _list(api, asked, "/members", {"sitting": "true"})
    seats = None if found["given"] else await api.maybe("/statistics/seats")
    rows = [] if seats is None else seats["data"]["by_caucus"]
    shown = [Seats(each["caucus"]["code"], each["seats"]) for each in rows]
    return found | {"seats": seats and seats["data"], "hemicycle": lambda title: hemicycle(shown, title)}


async def _list(api: ApiReader, asked: Parameters, path: str, unasked: dict[str, str] | None = None) -> dict[str, Any]:
    """A page of a list; `unasked` are the filters where the caller names none."""
    values = {name: asked.single(name, may_be_empty=True) for name in LISTS[path]}
    given = {name: value for name, value in values.items() if value}
    wanted: dict[str, Any] = given if any(value is not None for value in values.values()) else unasked or {}
    found = await api.get(path, limit=_LIMIT, **wanted, **_BOTH)
    sessions = await api.get("/sessions", limit=200)
    shown = {name: value for name, value in given.items() if name != "cursor"}

    def page(cursor: str | None) -> str | None:
        return None if cursor is None else f"{path}?{urlencode(shown | {'cursor': cursor})}"

    return {
        "rows": found["data"],
        "page": found["page"],
        "next": page(found["page"]["next"]),
        "prev": page(found["page"]["prev"]),
        "near": found.get("did_you_mean", []),
        "given": given,
        "sessions": [each["key"] for each in sessions["data"]],
        "query": urlencode(given),
    }


async def search(api: ApiReader, asked: Parameters) -> dict[str, Any]:
    """What is found for some words."""
    words = (asked.single("q", may_be_empty=True) or "").strip()
    offset = asked.whole("offset", 0, 0, 10_000)
    if not words:
        return {"words": "", "rows": [], "count": 0, "next": None, "query": "", "near": None}
    found = await api.get("/search", q=words, limit=20, offset=offset or None, **_BOTH)
    count = found["page"]["count"]
    following = offset + 20
    return {
        "words": words,
        "rows": found["data"],
        "count": count,
        "next": f"/search?{urlencode({'q': words, 'offset': following})}" if following < count else None,
        "near": found.get("did_you_mean"),
        "query": urlencode({"q": words} | ({"offset": offset} if offset else {})),
    }
