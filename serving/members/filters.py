"""What lists of members and of a member's ballots can be filtered and sorted by."""

from serving.core import fields
from serving.core.ballots import BALLOT_FILTERS, VOTE_FILTERS
from serving.core.fields import Filter
from serving.core.filters import Listed

MEMBERS = Listed(
    listing="members",
    filters=(
        Filter(name="name", kind="text", read=fields.text, example="aboultaif",
               en="The name; `name__contains` finds a part of it.",
               fr="Le nom; `name__contains` en trouve une partie."),
        Filter(name="party", kind="text", read=fields.party, example="ndp",
               en="The latest known caucus, in either language or by code.",
               fr="Le plus récent caucus connu, dans l’une ou l’autre langue ou par code."),
        Filter(name="riding", kind="text", read=fields.text, example="vancouver east",
               en="The latest known riding.", fr="La plus récente circonscription connue."),
        Filter(name="province", kind="text", read=fields.province, allowed=fields.PROVINCE_CODES, example="QC",
               en="The province or territory, by code or name.", fr="La province ou le territoire, par code ou nom."),
        Filter(name="parliament", kind="seats", read=fields.whole, example="45",
               en="A Parliament in which the member sat.", fr="Une législature où la personne a siégé."),
        Filter(name="sitting", kind="flag", read=fields.flag, allowed=("true", "false"),
               en="Sits today.", fr="Siège aujourd’hui."),
        Filter(name="person_id", kind="number", read=fields.whole, example="89156",
               en="The House's PersonId.", fr="Le PersonId de la Chambre."),
    ),
    sorts={
        "name": "name", "party": "party", "riding": "riding", "province": "province", "person_id": "person_id",
        "updated": "updated_at",
    },
    default_sort="name",
    has_updates=True,
)  # fmt: skip
BALLOTS = Listed(
    listing="member_ballots",
    filters=(*VOTE_FILTERS, *BALLOT_FILTERS),
    sorts={"date": "held_at"},
    default_sort="-date",
    dated_by="held_on",
)
