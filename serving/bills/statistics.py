"""Bill statistics: of one bill, and as a list to sort and filter."""

import datetime as dt
from functools import partial
from typing import Any

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.bills.filters import STATISTICS
from serving.core.answers.answer import Answer, AnyRequest, json_answer, meta
from serving.core.answers.canonical_paths import bill_at
from serving.core.answers.code_names import status_of
from serving.core.answers.envelope import Many, One
from serving.core.answers.links import API
from serving.core.answers.texts import Coded, Text, View
from serving.core.http.errors import NotFound
from serving.core.http.exchange import UNSETTLED, exchange_of
from serving.core.lists.listing import ListRequest, ListVersion
from serving.core.parameters.json_request import asked_in_json
from serving.core.process.platform import Platform
from warehouse.model.read_models.bill_statistics import BillStatistics
from warehouse.postgres.catalog import bill_statistics
from warehouse.postgres.lists import pages
from warehouse.runtime.versions import Stamp

_POOLED = (
    "Yeas of yeas and nays in all recorded votes together. Amendments, hoists, closure and time allocation are among "
    "them, where a yea may be against the bill: no measure of approval.",
    "Pour sur pour et contre dans tous les votes par appel nominal réunis. Amendements, renvois, clôture et "
    "attribution de temps en sont, où un pour peut être contre le projet\u00a0: ce n’est pas une mesure d’approbation.",
)
_DECISIVE = (
    "Yeas of yeas and nays in the chamber's decisive vote: its last on third reading, or the one on second reading "
    "that ended the bill. Null where readings passed without a recorded vote.",
    "Pour sur pour et contre dans le vote décisif de la chambre\u00a0: le dernier en troisième lecture, ou celui de "
    "deuxième lecture qui a mis fin au projet. Nul quand les lectures ont passé sans appel nominal.",
)


class BillStatisticsOut(msgspec.Struct, frozen=True, kw_only=True):
    """The recorded votes of one bill, counted. Percentages are 0 to 100.
    / Les votes par appel nominal d’un projet de loi, comptés. Les pourcentages vont de 0 à 100."""

    bill: str
    """The key of the bill. / La clé du projet de loi."""
    session: str
    """The session, as `45-1`. / La session, comme `45-1`."""
    status: Coded
    """The status of the bill, as a code of `bill-statuses`. / L’état du projet de loi, un code de `bill-statuses`."""
    vote_count: int
    """How many recorded votes name the bill. / Combien de votes par appel nominal nomment le projet de loi."""
    yea_votes: int
    """Yeas in all of these votes together. / Les pour dans tous ces votes réunis."""
    nay_votes: int
    """Nays in all of these votes together. / Les contre dans tous ces votes réunis."""
    participating_members: int
    """Different members who cast a yea, nay or abstention in any of them; paired and absent ones did not.
    / Les personnes différentes qui ont voté pour, contre ou se sont abstenues dans l’un d’eux; les pairés et les
    absents n’ont pas voté."""
    decisive_vote: str | None
    """The key of the House’s decisive vote: the last on third reading, or the one on second reading that ended the
    bill; null where readings passed without a recorded vote.
    / La clé du vote décisif de la Chambre : le dernier en troisième lecture, ou celui de deuxième lecture qui a mis fin
    au projet; nul quand les lectures ont passé sans appel nominal."""
    approval_percentage: float | None
    """100 × yeas/(yeas + nays) of `decisive_vote`; null where there is none.
    / 100 × pour/(pour + contre) de `decisive_vote`; nul s’il n’y en a pas."""
    senate_decisive_vote: str | None
    """The same of the Senate; null where there is none, or its votes are not available.
    / De même pour le Sénat; nul s’il n’y en a pas ou que ses votes ne sont pas disponibles."""
    senate_approval_percentage: float | None
    """100 × yeas/(yeas + nays) of `senate_decisive_vote`; null where there is none.
    / 100 × pour/(pour + contre) de `senate_decisive_vote`; nul s’il n’y en a pas."""
    pooled_yea_percentage: float | None
    """100 × yeas/(yeas + nays) of all votes together; amendments, closure and time allocation are among them, so it is
    no measure of approval. Null where nobody voted.
    / 100 × pour/(pour + contre) de tous les votes réunis; amendements, clôture et attribution de temps en sont, ce
    n’est donc pas une mesure d’approbation. Nul si personne n’a voté."""
    counted_at: dt.datetime
    """When it was counted, in UTC. / Quand le compte a été fait, en UTC."""
    links: dict[str, str]
    """Addresses of the bill, its votes and its decisive vote.
    / Les adresses du projet de loi, de ses votes et de son vote décisif."""


class PercentageMethods(msgspec.Struct, frozen=True, kw_only=True):
    """How the percentages were counted. / Comment les pourcentages ont été comptés."""

    approval_percentage: Text
    """How `approval_percentage` was counted. / Comment `approval_percentage` a été compté."""
    pooled_yea_percentage: Text
    """How `pooled_yea_percentage` was counted. / Comment `pooled_yea_percentage` a été compté."""


class BillStatisticsData(BillStatisticsOut, frozen=True, kw_only=True):
    """The recorded votes of one bill, counted, with the method.
    / Les votes par appel nominal d’un projet de loi, comptés, avec la méthode."""

    method: PercentageMethods


def _out(found: BillStatistics, view: View) -> BillStatisticsOut:
    return BillStatisticsOut(**_fields(found, view))


def _fields(found: BillStatistics, view: View) -> dict[str, Any]:
    links = {
        "bill": f"{API}/bills/{found.bill}",
        "votes": f"{API}/bills/{found.bill}/votes",
        **({"decisive_vote": f"{API}/votes/{found.decisive_vote}"} if found.decisive_vote else {}),
    }
    own = {field.name: getattr(found, field.name) for field in msgspec.structs.fields(BillStatistics)}
    return own | {"status": status_of(found.status, view), "links": links}


class BillVoteStatisticsController(Controller):
    """Statistics of bills."""

    path = "/api/v1"
    tags = ("bills",)

    @get(
        "/bills/{session:str}/{number:str}/statistics",
        operation_id="getBillVoteStatistics",
        summary="The votes of a bill, counted / Les votes d’un projet de loi, comptés",
        description="Approval is of the decisive vote of each chamber. "
        "/ L’approbation est celle du vote décisif de chaque chambre.",
    )
    async def of_bill(
        self,
        session: FromPath[str],
        number: FromPath[str],
        request: AnyRequest,
        platform: NamedDependency[Platform],
    ) -> Answer[One[BillStatisticsData]]:
        """How often a bill was voted on, by how many, and how its decisive votes went."""
        exchange, parameters, view = asked_in_json(request, platform)
        parameters.finish(())
        key = bill_at(exchange, session, number, "/statistics")
        found = await bill_statistics.of_bill(platform.readers.catalog, key)
        if found is None:
            raise NotFound(
                f"No votes of a bill {key} are counted here.",
                f"Aucun vote sur un projet de loi {key} n’est compté ici.",
            )
        method = PercentageMethods(approval_percentage=view.text(*_DECISIVE), pooled_yea_percentage=view.text(*_POOLED))
        data = BillStatisticsData(**_fields(found, view), method=method)
        return json_answer(
            One(data=data, meta=meta(found.counted_at, view)),
            _unkept(platform),
            view,
            prefix="t",
            cache_control=UNSETTLED,
        )

    @get(
        "/bill-statistics",
        operation_id="listBillStatistics",
        summary="Votes counted by bill / Votes comptés par projet de loi",
        description="Sort by `-vote_count` or `approval_percentage`, filter by status and session. "
        "/ Triez par `-vote_count` ou `approval_percentage`, filtrez par état et session.",
    )
    async def list_statistics(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Many[BillStatisticsOut]]:
        """A page of the statistics of bills."""
        exchange = exchange_of(request.scope)
        asked = ListRequest(platform, exchange, STATISTICS, ListVersion(prefix="t"))
        catalog = platform.readers.catalog
        found = await asked.find(partial(pages.page, catalog), partial(pages.count, catalog))
        items = [_out(bill_statistics.from_row(row), asked.view) for row in found[0].rows]
        return asked.answer(_unkept(platform), BillStatisticsOut, items, found)


def _unkept(platform: Platform) -> Stamp:
    """Not cached: the read model follows the logs by itself, and has no version."""
    return Stamp(platform.versions.lists, None)
