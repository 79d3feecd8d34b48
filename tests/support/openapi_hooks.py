"""What schemathesis is told of our OpenAPI document: its `x-dependencies`, and what only the server can make.

Loaded by schemathesis (`SCHEMATHESIS_HOOKS`). Only requests that are meant to be good are changed; those that are meant
to be refused are sent as they were made.
"""

import datetime as dt
import os
import re
from typing import Any

import schemathesis
from hypothesis import strategies as st

VOTES = "OPENPOLICY_TEST_VOTES"
"""Keys of votes that the server holds, separated by commas: a scorecard of others is refused."""
_ONE_AT_MOST = re.compile(r"ZeroOrOne\((\w+), (\w+)\)")
_OF_CSV = re.compile(r"IF (\w+) THEN Accept=='text/csv'")
_NEEDS = re.compile(r"IF (\w+) THEN (\w+)")
_ALIKE = re.compile(r"SameForm\((\w+)\)")
_UNEQUAL = re.compile(r"(\w+) != (\w+)")
_WORD = "[0-9A-Za-zÀ-ÖØ-öø-ÿ]{1,12}"
_SUM_AT_MOST = re.compile(r"(\w+) \+ (\w+) <= (\d+)")


# The language of searches is in the description; what is broken in it is refused with the place.
schemathesis.openapi.format("search-query", st.from_regex(rf"({_WORD}([ .-]{_WORD}){{0,3}})?", fullmatch=True))


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Make a good request of one that only breaks a rule which no schema can say."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    query = case.query or {}
    for signed in ("cursor", "snapshot"):  # none but the server makes one
        query.pop(signed, None)
    for rule in case.operation.definition.raw.get("x-dependencies", ()):
        keep(rule, query, case.path_parameters or {})
    if "wait" in query:
        query["wait"] = 0  # half a minute each time
    votes = os.environ[VOTES].split(",")
    if isinstance(case.body, dict) and isinstance(case.body.get("votes"), list):
        del case.body["votes"][len(votes) :]  # none twice
        for index, each in enumerate(case.body["votes"]):
            if isinstance(each, dict) and "vote" in each:
                each["vote"] = votes[index % len(votes)]


def keep(rule: str, query: dict[str, Any], path: dict[str, Any]) -> None:
    """Change a query so that it keeps a rule of the document."""
    if exclusive := _ONE_AT_MOST.fullmatch(rule):
        if query.keys() >= set(exclusive.groups()):
            del query[exclusive[2]]
    elif of_csv := _OF_CSV.fullmatch(rule):
        query.pop(of_csv[1], None)
    elif bounded := _SUM_AT_MOST.fullmatch(rule):
        first, second, most = bounded.groups()
        if first in query and int(query[first]) > int(most) - int(query.get(second, 20)):
            query[first] = int(most) - int(query.get(second, 20))
    elif needed := _NEEDS.fullmatch(rule):
        if needed[2] not in query:
            query.pop(needed[1], None)
    elif unequal := _UNEQUAL.fullmatch(rule):
        if unequal[1] in query and int(query[unequal[1]]) == int(path[unequal[2]]):
            query[unequal[1]] = int(query[unequal[1]]) + 1
    elif alike := _ALIKE.fullmatch(rule):
        values = query.get(alike[1])
        if values is not None:
            query[alike[1]] = values[:1] if isinstance(values, list) else str(values).partition(",")[0]
    elif rule == "known_at <= now":
        today = dt.datetime.now(dt.UTC).date().isoformat()
        if str(query.get("known_at", "")) >= today:
            query["known_at"] = today
    elif rule == "as_of <= today":
        yesterday = (dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)).isoformat()  # today is Ottawa's
        query.update({"as_of": yesterday} if str(query.get("as_of", "")) > yesterday else {})
    elif rule == "IF limit==all THEN Accept!='application/json'":
        if query.get("limit") == "all":
            query["limit"] = 500
    elif rule.startswith("IF as_of THEN sort NOT IN"):
        if "as_of" in query:
            query.pop("sort", None)
    elif rule == "Cost(include, limit)":
        if "include" in query:
            query["limit"] = 2
    elif rule == "Unique(sort)":
        if "sort" in query:  # two names can be of one field
            query["sort"] = str(query["sort"]).partition(",")[0]
    else:
        raise AssertionError(f"The document has a rule that this cannot read: {rule}")
