"""The name-plate of the service."""

from typing import Final

from serving.core.entities.history import HISTORY
from serving.core.parameters.schemas import (
    BILL_NUMBER_IN_PATH,
    CHAMBER_IN_PATH,
    OF_ENTITY,
    SESSION_IN_PATH,
    VOTE_NUMBER_IN_PATH,
)
from serving.core.service import ExampleLink, Service
from serving.votes import filters
from serving.votes.by_bill import BillVotesController
from serving.votes.controllers import VoteController
from serving.votes.relations import RELATIONS

SERVICE: Final = Service(
    name="votes",
    controllers=(VoteController, BillVotesController),
    tags={"votes": "Votes / Votes", "bills": "Bills / Projets de loi"},
    lists={
        "listVotes": filters.VOTES,
        "listVotesOfBill": filters.VOTES_OF_BILL,
        "listBallotsOfVote": filters.BALLOTS,
        "listHistoryOfVote": HISTORY,
    },
    parameters={"getVote": OF_ENTITY},
    entries={"vote": "VoteOut"},
    with_entities={"getVote": "vote"},
    relations=RELATIONS,
    path_parameters={
        "session": SESSION_IN_PATH,
        "chamber": CHAMBER_IN_PATH,
        "number": VOTE_NUMBER_IN_PATH,
        "listVotesOfBill.number": BILL_NUMBER_IN_PATH,
    },
    examples=(ExampleLink("/votes?limit=5", "The latest recorded votes", "Les derniers votes par appel nominal"),),
)
