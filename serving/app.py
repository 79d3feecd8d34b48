"""The application: services as routes, the caching layer in front of them, one platform behind them."""

import asyncio
from collections.abc import Sequence
from typing import cast

import msgspec
from litestar import Controller, Litestar, Router, get
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from serving.bills.controllers import BillController
from serving.bills.filters import BILLS
from serving.bills.filters import STATISTICS as BILL_STATISTICS
from serving.bills.statistics import BillTallyController
from serving.changes import openapi as changes
from serving.changes.controllers import ChangeController
from serving.changes.corrections import CorrectionController
from serving.changes.stream import StreamController
from serving.core.answers.answer import Answer, AnyRequest
from serving.core.entities.history import HISTORY
from serving.core.http import problems
from serving.core.http.exchange import exchange_of
from serving.core.http.layers import HttpShell
from serving.core.http.messages import App
from serving.core.parameters.conditions import ListSpec
from serving.core.parameters.query_string import Parameters
from serving.core.process.platform import Platform
from serving.core.site import openapi
from serving.core.site.health import HealthController
from serving.core.site.pages import PageController, fixed
from serving.members import filters as members
from serving.members.controllers import MemberController
from serving.overrides import controllers as overrides
from serving.quality import openapi as quality
from serving.quality.controllers import CoverageController, QualityController, QualityPageController
from serving.search import openapi as search
from serving.search.controllers import SearchController, SuggestController
from serving.sessions.controllers import SessionController
from serving.sessions.filters import SESSIONS
from serving.statistics import openapi as statistics
from serving.statistics.controllers.agreement import AgreementController
from serving.statistics.controllers.bills import BillStatisticsController
from serving.statistics.controllers.members import MemberStatisticsController
from serving.statistics.controllers.parties import PartyController
from serving.statistics.controllers.redirects import MovedController
from serving.statistics.controllers.scorecards import ScorecardController
from serving.statistics.controllers.votes import VoteStatisticsController
from serving.status.controllers import StatusController
from serving.votes import filters as votes
from serving.votes.by_bill import BillVotesController
from serving.votes.controllers import VoteController
from warehouse.runtime.settings import Settings

SERVICES: dict[str, tuple[type[Controller], ...]] = {
    "sessions": (SessionController,),
    "bills": (BillController, BillTallyController),
    "votes": (VoteController, BillVotesController),
    "members": (MemberController,),
    "changes": (ChangeController, StreamController, CorrectionController),
    "search": (SearchController, SuggestController),
    "statistics": (
        VoteStatisticsController,
        PartyController,
        MemberStatisticsController,
        AgreementController,
        BillStatisticsController,
        ScorecardController,
        MovedController,
    ),
    "overrides": (overrides.OverrideController,),
    "status": (StatusController,),
    "quality": (QualityController, CoverageController, QualityPageController),
}
LISTS: dict[str, ListSpec] = {
    **{f"listHistoryOf{owner}": HISTORY for owner in ("Bill", "Vote", "Member", "Session")},
    "listSessions": SESSIONS,
    "listBills": BILLS,
    "listBillStatistics": BILL_STATISTICS,
    "listVotes": votes.VOTES,
    "listVotesOfBill": votes.VOTES_OF_BILL,
    "listBallotsOfVote": votes.BALLOTS,
    "listMembers": members.MEMBERS,
    "listBallotsOfMember": members.BALLOTS,
}
"""What each list can be filtered by, by its operation's id."""
PARAMETERS = {
    **changes.PARAMETERS,
    **overrides.PARAMETERS,
    **quality.PARAMETERS,
    **search.PARAMETERS,
    **statistics.PARAMETERS,
}
"""The parameters of the addresses that are no such lists, by operation."""
RULES = {**members.RULES, **search.RULES, **statistics.RULES}
"""What holds between the parameters of an address, by operation."""
BODIES = statistics.BODIES
"""What is sent to an address, by operation."""


def create_app(settings: Settings, services: Sequence[str] = tuple(SERVICES)) -> HttpShell:
    """One ASGI application with the named services, all of them by default.

    Nothing is opened before the server's start-up event.

    Raises:
        SettingInvalid: a database has no URL.
    """
    platform = Platform(settings)
    controllers: list[ControllerRouterHandler] = [
        HealthController,
        *(Router("/", route_handlers=SERVICES[name], opt={"service": name}) for name in services),
    ]
    dependencies = {"platform": Provide(lambda: platform, sync_to_thread=False, use_cache=True)}

    @get(openapi.PATH, include_in_schema=False)
    async def openapi_document(request: AnyRequest) -> Answer[bytes]:
        """The OpenAPI document of the services in this process, with its texts in the language of `lang`."""
        lang = Parameters(exchange_of(request.scope).query).lang()
        found = await asyncio.to_thread(
            openapi.document, controllers, dependencies, LISTS, PARAMETERS, BODIES, rules=RULES
        )
        return fixed(msgspec.json.encode(openapi.in_language(found, lang)), "application/json")

    inner = Litestar(
        route_handlers=[PageController, openapi_document, *controllers],
        dependencies=dependencies,
        exception_handlers={Exception: problems.handle},
        on_startup=[platform.open],
        on_shutdown=[platform.close],
        openapi_config=None,
        logging_config=None,  # Litestar's own would have every library write what it does, not as JSON, to our log
    )
    return platform.shell(cast("App", inner))
