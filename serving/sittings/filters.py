"""What the list of sittings can be filtered and sorted by."""

from serving.core.parameters import values
from serving.core.parameters.conditions import ListSpec
from serving.core.parameters.values import FilterSpec

SITTINGS = ListSpec(
    listing="sittings",
    filters=(
        FilterSpec(
            name="session", kind="code", read=values.session, example="45-1", en="The session.", fr="La session."
        ),
        FilterSpec(
            name="parliament",
            kind="number",
            read=values.parliament,
            example="45",
            en="The Parliament's number.",
            fr="Le numéro de la législature.",
        ),
        FilterSpec(
            name="chamber",
            kind="code",
            read=values.chamber,
            allowed=values.CHAMBER_CODES,
            en="The chamber that sat.",
            fr="La chambre qui a siégé.",
        ),
        FilterSpec(
            name="sitting_on",
            kind="date",
            read=values.date,
            example="2025-06-01",
            en="The day on which the sitting began.",
            fr="Le jour où la séance commence.",
        ),
        FilterSpec(
            name="votes",
            kind="number",
            read=values.whole,
            example="1",
            en="How many recorded divisions it had.",
            fr="Combien de votes par appel nominal elle a eus.",
        ),
        FilterSpec(
            name="readings",
            kind="number",
            read=values.whole,
            example="1",
            en="How many readings bills passed in it.",
            fr="Combien de lectures des projets de loi y ont franchies.",
        ),
    ),
    sorts={"date": "sitting_on", "votes": "votes", "readings": "readings"},
    default_sort="-date",
    dated_by="sitting_on",
)
