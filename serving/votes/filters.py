"""What lists of votes and of a vote's ballots can be filtered and sorted by."""

import msgspec

from serving.core import fields
from serving.core.ballots import BALLOT_FILTERS, VOTE_FILTERS
from serving.core.fields import Filter
from serving.core.filters import Listed

VOTES = Listed(
    listing="votes",
    filters=VOTE_FILTERS,
    sorts={"date": "held_at", "session": "session", "number": "number", "result": "result", "updated": "updated_at"},
    default_sort="-date",
    dated_by="held_on",
    has_updates=True,
)
VOTES_OF_BILL = Listed(
    listing="votes",
    filters=tuple(each for each in VOTE_FILTERS if each.name not in {"bill", "session", "parliament"}),
    sorts=VOTES.sorts,
    default_sort="-date",
    dated_by="held_on",
    has_updates=True,
)
BALLOTS = Listed(
    listing="ballots",
    filters=(
        Filter(name="member", kind="number", read=fields.whole, example="89156",
               en="The member's PersonId.", fr="Le PersonId du député ou de la députée."),
        Filter(name="name", kind="text", read=fields.text,
               en="The member's name as recorded.", fr="Le nom tel qu’inscrit."),
        *BALLOT_FILTERS,
    ),
    sorts={"name": "name", "party": "party", "riding": "riding", "province": "province", "position": "position"},
    default_sort="name",
    has_past=True,
)  # fmt: skip
PAST_BALLOTS = msgspec.structs.replace(BALLOTS, listing="past_ballots")
