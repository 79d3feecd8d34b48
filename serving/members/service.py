"""The name-plate of the service."""

from typing import Final

from serving.core.entities.history import HISTORY
from serving.core.parameters.days import AS_OF_MEMBERSHIP
from serving.core.parameters.schemas import OF_ENTITY, PAST, PERSON_IN_PATH
from serving.core.service import ExampleLink, Service
from serving.members import filters
from serving.members.codes import CODES
from serving.members.controllers import MemberController
from serving.members.relations import RELATIONS

SERVICE: Final = Service(
    name="members",
    codes=CODES,
    controllers=(MemberController,),
    tags={"members": "Members / Députées et députés"},
    lists={
        "listMembers": filters.MEMBERS,
        "listBallotsOfMember": filters.BALLOTS,
        "listHistoryOfMember": HISTORY,
    },
    parameters={"getMember": OF_ENTITY, "listMembershipsOfMember": [AS_OF_MEMBERSHIP, *PAST]},
    rules=filters.RULES,
    entries={"member": "MemberOut"},
    with_entities={"getMember": "member"},
    relations=RELATIONS,
    path_parameters={"person_id": PERSON_IN_PATH},
    extras=frozenset({"facts"}),
    examples=(
        ExampleLink(
            "/members.csv?sitting=true&limit=500", "Who sits now, as a table", "Qui siège maintenant, en tableau"
        ),
    ),
)
