"""What the list of sessions can be filtered and sorted by."""

from serving.core import fields
from serving.core.fields import Filter
from serving.core.filters import Listed

SESSIONS = Listed(
    listing="sessions",
    filters=(
        Filter(name="parliament", kind="number", read=fields.parliament, example="45",
               en="The Parliament's number.", fr="Le numéro de la législature."),
        Filter(name="current", kind="flag", read=fields.flag, allowed=("true", "false"),
               en="The running session.", fr="La session en cours."),
        Filter(name="opened_on", kind="date", read=fields.date, example="2025-05-26",
               en="The day of opening.", fr="Le jour de l’ouverture."),
    ),
    sorts={"session": "session", "opened_on": "opened_on"},
    default_sort="-session",
    dated_by="opened_on",
    has_updates=True,
    has_known_at=True,
)  # fmt: skip
