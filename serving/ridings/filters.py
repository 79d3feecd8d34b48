"""What the list of ridings can be filtered and sorted by."""

from serving.core.parameters import values
from serving.core.parameters.conditions import ListSpec
from serving.core.parameters.days import as_of_filter
from serving.core.parameters.values import FilterSpec

RIDINGS = ListSpec(
    listing="ridings",
    filters=(
        FilterSpec(
            name="name",
            kind="text",
            read=values.text,
            column="riding",
            example="vancouver east",
            en="The name in either language; `name__contains` finds a part of it.",
            fr="Le nom dans l’une ou l’autre langue; `name__contains` en trouve une partie.",
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
            name="party",
            kind="text",
            read=values.party,
            example="ndp",
            en="The caucus of the member on the day of `as_of`, in either language or by code.",
            fr="Le caucus du membre le jour de `as_of`, dans l’une ou l’autre langue ou par code.",
        ),
        FilterSpec(
            name="parliament",
            kind="seats",
            read=values.parliament,
            example="45",
            en="A Parliament in which somebody is known to have sat for it.",
            fr="Une législature où quelqu’un y siégeait, autant qu’on sache.",
        ),
        FilterSpec(
            name="representation_order",
            kind="number",
            read=values.whole,
            example="2023",
            en="The year of the representation order.",
            fr="L’année de l’ordonnance de représentation.",
        ),
    ),
    computed=(
        as_of_filter(
            "Ridings in force on a day, each with its member that day. Without it all that were ever recorded, with "
            "who "
            "sits today.",
            "Les circonscriptions en vigueur un jour donné, chacune avec son membre ce jour-là. Sans lui, toutes "
            "celles "
            "qui sont inscrites, avec qui y siège aujourd’hui.",
        ),
        FilterSpec(
            name="vacant",
            kind="flag",
            read=values.flag,
            allowed=("true", "false"),
            en="The seat was certainly vacant on the day of `as_of`; `false`: it certainly was not.",
            fr="Le siège était certainement vacant le jour de `as_of`; `false`\u00a0: il ne l’était certainement pas.",
        ),
    ),
    sorts={"representation_order": "representation_order", "name": "spelling", "province": "province"},
    default_sort="-representation_order,name",
)
