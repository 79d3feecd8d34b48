"""The name-plate of the service."""

from typing import Final

from serving.core.parameters.schemas import (
    CHAMBER_IN_PATH,
    PERSON_IN_PATH,
    SESSION_IN_PATH,
    VOTE_NUMBER_IN_PATH,
    PathParameter,
)
from serving.core.service import ExampleLink, Service
from serving.statistics.codes import CODES
from serving.statistics.controllers.agreement import AgreementController
from serving.statistics.controllers.bills import BillStatisticsController
from serving.statistics.controllers.members import MemberStatisticsController
from serving.statistics.controllers.parties import PartyController
from serving.statistics.controllers.redirects import MovedController
from serving.statistics.controllers.scorecards import ScorecardController
from serving.statistics.controllers.standings import StandingsController
from serving.statistics.controllers.votes import VoteStatisticsController
from serving.statistics.errors import QuotaExceeded
from serving.statistics.openapi import BODIES, PARAMETERS, RULES
from serving.statistics.relations import RELATIONS

SERVICE: Final = Service(
    name="statistics",
    codes=CODES,
    controllers=(
        VoteStatisticsController,
        PartyController,
        MemberStatisticsController,
        AgreementController,
        BillStatisticsController,
        StandingsController,
        ScorecardController,
        MovedController,
    ),
    tags={"statistics": "Statistics / Statistiques"},
    parameters=PARAMETERS,
    rules=RULES,
    bodies=BODIES,
    relations=RELATIONS,
    path_parameters={
        "session": SESSION_IN_PATH,
        "chamber": CHAMBER_IN_PATH,
        "number": VOTE_NUMBER_IN_PATH,
        "person": PERSON_IN_PATH,
        "person_id": PERSON_IN_PATH,
        "digest": PathParameter(
            "^[0-9a-f]{64}$",
            "From the `Location` of the answer to POST. / Du `Location` de la réponse à POST.",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
    },
    problems=(QuotaExceeded,),
    stores=frozenset({"catalog", "facts"}),
    extras=frozenset({"shards"}),
    lanes=(
        ("/api/v1/statistics/votes/", "databases"),
        ("/api/v1/statistics", "facts"),
        ("/api/v1/scorecards", "facts"),
    ),
    examples=(
        ExampleLink("/statistics/parties?session=all", "How united the caucuses vote", "L’unité de vote des caucus"),
    ),
)
