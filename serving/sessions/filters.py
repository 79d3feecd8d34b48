"""Filters and sort fields of the list of sessions."""

from serving.core.parameters import values
from serving.core.parameters.conditions import ListSpec
from serving.core.parameters.values import FilterSpec

SESSIONS = ListSpec(
    listing="sessions",
    filters=(
        FilterSpec(
            name="parliament",
            kind="number",
            read=values.parliament,
            example="45",
            en="The Parliament's number.",
            fr="Le numéro de la législature.",
        ),
        FilterSpec(
            name="current",
            kind="flag",
            read=values.flag,
            allowed=("true", "false"),
            en="The running session.",
            fr="La session en cours.",
        ),
        FilterSpec(
            name="opened_on",
            kind="date",
            read=values.date,
            example="2025-05-26",
            en="The day of opening.",
            fr="Le jour de l’ouverture.",
        ),
    ),
    sorts={"session": "session", "opened_on": "opened_on"},
    default_sort="-session",
    dated_by="opened_on",
    has_updates=True,
    has_known_at=True,
)
