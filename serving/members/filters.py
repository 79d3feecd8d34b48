"""Filters and sort fields of the lists of members and of a member's ballots."""

from typing import Final

from serving.core.lists.ballots import BALLOT_FILTERS, VOTE_FILTERS
from serving.core.parameters import values
from serving.core.parameters.conditions import ListSpec
from serving.core.parameters.days import as_of_filter
from serving.core.parameters.query_string import not_allowed
from serving.core.parameters.values import FilterSpec
from warehouse.statistics.members.dissent import LINE_OPTIONS


def _line(name: str, value: str) -> str:
    """One of the lines of the statistics."""
    if value not in LINE_OPTIONS:
        raise not_allowed(name, value, tuple(LINE_OPTIONS))
    return value


MEMBERS = ListSpec(
    listing="members",
    entity="member",
    has_all=True,
    filters=(
        values.key_filter("member", "89156"),
        FilterSpec(
            name="name",
            kind="text",
            read=values.text,
            example="aboultaif",
            en="The name; `name__contains` finds a part of it.",
            fr="Le nom; `name__contains` en trouve une partie.",
        ),
        FilterSpec(
            name="party",
            kind="text",
            read=values.party,
            example="ndp",
            en="The latest known caucus, in either language or by code.",
            fr="Le plus récent caucus connu, dans l’une ou l’autre langue ou par code.",
        ),
        FilterSpec(
            name="riding",
            kind="text",
            read=values.text,
            example="vancouver east",
            en="The latest known riding.",
            fr="La plus récente circonscription connue.",
        ),
        FilterSpec(
            name="province",
            kind="text",
            read=values.province,
            allowed=values.PROVINCE_CODES,
            example="QC",
            en="The province or territory, by code or name.",
            fr="La province ou le territoire, par code ou nom.",
        ),
        FilterSpec(
            name="parliament",
            kind="seats",
            read=values.parliament,
            example="45",
            en="A Parliament in which the member sat.",
            fr="Une législature où la personne a siégé.",
        ),
        FilterSpec(
            name="sitting",
            kind="flag",
            read=values.flag,
            allowed=("true", "false"),
            en="Sits today.",
            fr="Siège aujourd’hui.",
        ),
        FilterSpec(
            name="person_id",
            kind="number",
            read=values.whole,
            example="89156",
            en="The House's PersonId.",
            fr="Le PersonId de la Chambre.",
        ),
    ),
    computed=(
        as_of_filter(
            "Only who sat on a day, with the caucus, riding and province of that day. Not with filters or orders by "
            "the "
            "latest ones: `/caucuses/ndp?as_of=` and `/ridings?as_of=` give those of a day.",
            "Seulement qui siégeait un jour donné, avec le caucus, la circonscription et la province de ce jour. "
            "Pas avec "
            "les filtres ou l’ordre selon les plus récents\u00a0: `/caucuses/ndp?as_of=` et `/ridings?as_of=` "
            "donnent ceux "
            "d’un jour.",
        ),
    ),
    sorts={
        "name": "name",
        "party": "party",
        "riding": "riding",
        "province": "province",
        "person_id": "person_id",
        "updated": "updated_at",
    },
    default_sort="name",
    has_updates=True,
    has_known_at=True,
)
BALLOTS = ListSpec(
    listing="member_ballots",
    has_all=True,
    filters=(*VOTE_FILTERS, *BALLOT_FILTERS),
    computed=(
        FilterSpec(
            name="dissent",
            kind="flag",
            read=values.flag,
            allowed=("true", "false"),
            en="Voted differently from most of the caucus, by the rule of the statistics; `false`: voted with it. "
            "A ballot without a line to compare with is neither.",
            fr="A voté autrement que la plupart de son caucus, selon la règle des statistiques; `false`\u00a0: a voté "
            "comme lui. Une voix sans ligne de caucus n’est ni l’un ni l’autre.",
        ),
        FilterSpec(
            name="line",
            kind="code",
            read=_line,
            allowed=tuple(LINE_OPTIONS),
            en="The line that ballots are compared with.",
            fr="La ligne à laquelle les voix sont comparées.",
        ),
        FilterSpec(
            name="with",
            kind="number",
            read=values.whole,
            example="89156",
            en="Another member, by PersonId: only votes in which both cast a ballot, with both positions.",
            fr="Une autre personne, par PersonId\u00a0: les votes où les deux ont voté, avec leurs positions.",
        ),
        FilterSpec(
            name="agrees",
            kind="flag",
            read=values.flag,
            allowed=("true", "false"),
            en="With `with`: both cast the same, or `false`: they differed.",
            fr="Avec `with`\u00a0: les deux ont voté de même, ou `false`\u00a0: autrement.",
        ),
    ),
    sorts={"date": "sitting"},
    default_sort="-date",
    dated_by="held_on",
    has_known_at=True,
)
LATEST_KNOWN: Final = ("party", "riding", "province", "sitting")
"""Filters that look at the latest known caucus, riding or province, which `as_of` does not go with."""
_NEVER_WITH_AS_OF: Final = [
    f"ZeroOrOne(as_of, {each.name}{suffix})"
    for each in MEMBERS.filters
    if each.name in LATEST_KNOWN
    for suffix in ("", *(f"__{operator}" for operator in each.operators))
]
RULES: Final = {
    "listMembers": [*_NEVER_WITH_AS_OF, "IF as_of THEN sort NOT IN (party, riding, province, sitting)"],
    "listBallotsOfMember": ["IF agrees THEN with"],
}
"""Rules between parameters, by operation."""
