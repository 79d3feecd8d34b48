"""Standings of the House on a day."""

from litestar import Controller, get
from litestar.di import NamedDependency

from serving.core.answers.answer import Answer, AnyRequest
from serving.core.parameters.days import day
from serving.core.process.platform import Platform
from serving.statistics import coverage
from serving.statistics.controllers.bills import seats_of_day
from serving.statistics.figures import bills
from serving.statistics.figures.frame import Single
from serving.statistics.figures.standings import Standings, standings
from serving.statistics.request import JSON, Basis, StatisticsRequest, about
from warehouse.runtime.clock import today


class StandingsController(Controller):
    """Standings of the House."""

    path = "/api/v1/standings"
    tags = ("statistics",)

    @get(
        "/",
        operation_id="getStandings",
        summary="Standings of the House on a day / La composition de la Chambre un jour donné",
        description=about(
            "Seats by caucus and province, as far as ballots and the House’s documents say who sat.",
            "Les sièges par caucus et province, autant que les votes et les documents de la Chambre disent qui "
            "siégeait.",
        ),
    )
    async def get_standings(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Single[Standings]]:
        """The House by caucus and province."""
        asked = StatisticsRequest(platform, request, JSON)
        text = asked.text("as_of")
        on = today() if text is None else day("as_of", text)
        asked.finish()
        found, term = await seats_of_day(asked, on, "as_of")
        if text is None:
            asked.changes_daily()
        why = bills.why_no_seats(found, term)
        basis = Basis(
            methods=(),
            exclusions={},
            notes=("terms", *((why,) if why else ())),
            rows=f"/members?as_of={on}",
            watermark=None,
            coverage=coverage.of_seats(found, term, asked.view),
        )
        return asked.single(standings(found, term, asked.view), basis)
