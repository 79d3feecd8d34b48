"""Bills, sponsors, and seats."""

import datetime as dt
from typing import Any

from litestar import Controller, get
from litestar.di import NamedDependency

from serving.core.answers.answer import Answer, AnyRequest
from serving.core.answers.texts import View
from serving.core.http.errors import NotFound
from serving.core.process.platform import Platform
from serving.statistics import coverage
from serving.statistics.figures import bills
from serving.statistics.figures.frame import FigureTable, Single
from serving.statistics.request import JSON, Basis, StatisticsRequest, about
from warehouse.runtime.clock import today
from warehouse.statistics.inputs import LoadedBills, SeatsOnDay


class BillStatisticsController(Controller):
    """Statistics of bills."""

    path = "/api/v1/statistics"
    tags = ("statistics",)

    @get(
        "/bills",
        operation_id="getBillFunnel",
        summary="How far bills get and how long it takes / Le parcours des projets de loi",
        description=about(
            "The unit is a bill of a session. Spells that are still open are censored today.",
            "L’unité est un projet de loi d’une session. Les étapes en cours sont censurées aujourd’hui.",
        ),
    )
    async def get_bills(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Single[bills.BillFunnel]]:
        """The funnel and the steps of a session's bills."""
        asked = StatisticsRequest(platform, request, JSON)
        session = asked.session()
        asked.finish()
        loaded = await _bills(asked, session)
        data, timed = await asked.compute(bills.bill_statistics, loaded, session, today(), asked.view)
        if loaded.closed_on is None:
            asked.changes_daily()
        left = bills.left_out(loaded) | {"undated": timed.undated, "began_before": timed.began_before}
        return asked.single(
            data,
            _basis(asked.view, loaded, session, methods=bills.METHODS, exclusions=left, notes=("calendar_days",)),
        )

    @get(
        "/sponsors",
        operation_id="listSponsors",
        summary="What became of sponsors' bills / Le sort des projets de loi par parrain",
        description=about(
            "Of a session, or of `all`; a bill carried over within a Parliament is one bill.",
            "D’une session, ou de toutes (`all`); un projet de loi rétabli dans une législature compte une fois.",
        ),
    )
    async def list_sponsors(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[FigureTable[bills.SponsorStatisticsOut]]:
        """One row a sponsor."""
        asked = StatisticsRequest(platform, request)
        session = asked.session(or_all=True)
        asked.finish()
        loaded = await _bills(asked, session)
        left = bills.left_out(loaded) | {
            "no_sponsor": bills.without_sponsor(loaded),
            "ambiguous_sponsor": bills.ambiguous(loaded),
        }
        basis = _basis(
            asked.view, loaded, session, methods=("sponsor/1",), exclusions=left, notes=("sponsors_by_name",)
        )
        return asked.table(
            bills.SponsorStatisticsOut, await asked.compute(bills.sponsor_rows, loaded, asked.view), basis
        )

    @get(
        "/bills/by-caucus",
        operation_id="listOutcomesByCaucus",
        summary="What became of bills by the sponsor's caucus / Le sort des projets de loi selon le caucus du parrain",
        description=about(
            "The caucus is that of the day of introduction. Of a session, or of `all`.",
            "Le caucus est celui du jour du dépôt. D’une session, ou de toutes (`all`).",
        ),
    )
    async def list_by_caucus(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[FigureTable[bills.CaucusBillsOut]]:
        """One row a caucus and kind of bill."""
        asked = StatisticsRequest(platform, request)
        session = asked.session(or_all=True)
        asked.finish()
        loaded = await _bills(asked, session)
        left = bills.left_out(loaded) | {"no_caucus": bills.without_caucus(loaded)}
        basis = _basis(asked.view, loaded, session, methods=("outcome/1",), exclusions=left, notes=("caucus_then",))
        rows = await asked.compute(bills.caucus_rows, loaded, asked.view)
        return asked.table(bills.CaucusBillsOut, rows, basis)

    @get(
        "/seats",
        operation_id="getStatisticsOfSeats",
        summary="Seats by caucus on a day / Sièges par caucus un jour donné",
        description=about(
            "With the effective number of parties. Seats are known as far as ballots and members lists "
            "say; vacant ones are not counted.",
            "Avec le nombre effectif de partis. Les sièges sont connus par les votes et les listes de "
            "députés; les sièges vacants ne sont pas comptés.",
        ),
    )
    async def get_seats(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Single[bills.SeatStatistics]]:
        """The House by caucus."""
        asked = StatisticsRequest(platform, request, JSON)
        on = asked.day("on", today())
        asked.finish()
        found, term = await seats_of_day(asked, on, "on")
        asked.changes_daily()
        why = bills.why_no_seats(found, term)
        basis = Basis(
            methods=("enp/1", "rae/1"),
            exclusions={},
            notes=("eligible", *((why,) if why else ())),
            rows="/members",
            watermark=None,
            coverage=coverage.of_seats(found, term, asked.view),
        )
        return asked.single(bills.seat_statistics(found, term, asked.view), basis)


async def seats_of_day(
    asked: StatisticsRequest, on: dt.date, param: str
) -> tuple[SeatsOnDay, coverage.ParliamentOfDay]:
    """Who held a seat on a day, and the Parliament of the day.

    Raises:
        NotFound: nobody is known to have, though the House had members.
    """
    found = await asked.read(("seats", on), lambda facts: facts.seats_on(on))
    held = await asked.read(("sessions_held",), lambda facts: facts.sessions_held())
    term = coverage.parliament_of(on, held)
    if not found.holders and not term.is_dissolved:
        raise NotFound(
            f"No seat is known to have been occupied on {on}.",
            f"Aucun siège occupé le {on} n’est connu.",
            param=param,
        )
    return found, term


async def _bills(asked: StatisticsRequest, session: str) -> LoadedBills:
    loaded = await asked.read(("bills", session), lambda facts: facts.bills(session))
    if not loaded.bills:
        raise NotFound(
            f"There are no bills for session {session}.",
            f"Aucun projet de loi n’est disponible pour la session {session}.",
            param="session",
        )
    return loaded


def _basis(view: View, loaded: LoadedBills, session: str, **what: Any) -> Basis:
    """The basis of figures about bills; `what` gives the fields that differ."""
    rows = "/bills" + ("" if session == "all" else f"?session={session}")
    held = coverage.of_bills((bill.session for bill in loaded.bills), session, view)
    return Basis(rows=rows, watermark=loaded.watermark, coverage=held, **what)
