"""Filters and sort fields of the lists of votes and of a vote's ballots."""

import msgspec

from serving.core.lists.ballots import BALLOT_FILTERS, VOTE_FILTERS
from serving.core.parameters import values
from serving.core.parameters.conditions import ListSpec
from serving.core.parameters.values import FilterSpec
from warehouse.model.vocabulary.codes import CodeList
from warehouse.model.vocabulary.motions import KINDS

_kind, _KINDS = values.one_of(CodeList(()), *KINDS)
_means, _MEANS = values.one_of(CodeList(()), "adopts", "rejects")
_OUTCOME_FILTERS = (
    FilterSpec(name="margin", kind="number", read=values.whole, example="5",
           en="The difference of the announced yeas and nays.",
           fr="L’écart entre les pour et les contre annoncés."),
    FilterSpec(name="closeness", kind="share", read=values.share, example="0.02",
           en="The margin as a share of yeas and nays, from 0 for a tie to 1.",
           fr="L’écart en part des pour et des contre, de 0 pour une égalité à 1."),
    FilterSpec(name="split_caucus", kind="code", read=values.party, example="ndp",
           en="A caucus with members on both sides, in either language or by code.",
           fr="Un caucus dont des membres ont voté de chaque côté, dans l’une ou l’autre langue ou par code."),
    FilterSpec(name="largest_split", kind="number", read=values.whole, example="5",
           en="The most members of one caucus on its smaller side; 0 where no caucus split.",
           fr="Le plus de membres d’un caucus du côté minoritaire; 0 si aucun caucus ne s’est divisé."),
    FilterSpec(name="kind", kind="code", read=_kind, allowed=_KINDS, example="hoist",
           en="The kind of motion.", fr="Le genre de motion."),
    FilterSpec(name="yea_means", kind="code", read=_means, allowed=_MEANS,
           en="Whether a yea adopts or rejects what the motion is about.",
           fr="Si un pour adopte ou rejette ce dont traite la motion."),
)  # fmt: skip
VOTES = ListSpec(
    listing="votes",
    entity="vote",
    has_all=True,
    filters=(values.key_filter("vote", "45-1/commons/43"), *VOTE_FILTERS, *_OUTCOME_FILTERS),
    sorts={
        "date": "sitting",
        "session": "session",
        "number": "number",
        "result": "result",
        "margin": "margin",
        "closeness": "closeness",
        "largest_split": "largest_split",
        "updated": "updated_at",
    },
    default_sort="-date",
    dated_by="held_on",
    has_updates=True,
    has_known_at=True,
)
VOTES_OF_BILL = ListSpec(
    listing="votes",
    entity="vote",
    has_all=True,
    filters=tuple(each for each in VOTES.filters if each.name not in {"key", "bill", "session", "parliament"}),
    sorts=VOTES.sorts,
    default_sort="-date",
    dated_by="held_on",
    has_updates=True,
    has_known_at=True,
)
BALLOTS = ListSpec(
    listing="ballots",
    filters=(
        FilterSpec(
            name="member",
            kind="number",
            read=values.whole,
            example="89156",
            en="The member's PersonId.",
            fr="Le PersonId du député ou de la députée.",
        ),
        FilterSpec(
            name="name", kind="text", read=values.text, en="The member's name as recorded.", fr="Le nom tel qu’inscrit."
        ),
        *BALLOT_FILTERS,
    ),
    sorts={"name": "name", "party": "party", "riding": "riding", "province": "province", "position": "position"},
    default_sort="name",
    has_past=True,
)
PAST_BALLOTS = msgspec.structs.replace(BALLOTS, listing="past_ballots")
