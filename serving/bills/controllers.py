"""Addresses under `/api/v1/bills`."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.bills.filters import BILLS
from serving.bills.schemas import BillOut, StageOut, bill_out, stage_out
from serving.core.answers.answer import Answer, AnyRequest, answer_one, require_format
from serving.core.answers.canonical_paths import bill_at, bill_number_of, digits_of, move, session_of, uuid_of
from serving.core.answers.envelope import Many, One
from serving.core.entities.history import DESCRIPTION, RevisionOut, history
from serving.core.entities.past import asked_of, included_with, pinned, present, stamp_of
from serving.core.http.errors import NotFound
from serving.core.http.exchange import exchange_of
from serving.core.lists.listing import FORMATS, whole_list
from serving.core.lists.versioned_list import versioned_list
from serving.core.process.platform import Platform
from warehouse.model.entities import Bill
from warehouse.postgres.entities import bills


class BillController(Controller):
    """Bills within their sessions."""

    path = "/api/v1/bills"
    tags = ("bills",)

    @get(
        "/",
        operation_id="listBills",
        summary="Bills / Projets de loi",
        description="Newest session first, by number. / La session la plus récente d’abord, par numéro.",
    )
    async def list_bills(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[Many[BillOut]]:
        """A page of bills."""
        return await versioned_list(platform, request, BILLS, Bill, BillOut, out=bill_out)

    @get("/{session:str}", include_in_schema=False)
    async def find_bill(
        self, session: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[None]:
        """A bill by LEGISinfo's id or the internal one, the bills of a session, or those of every session that have a
        number, at their canonical address."""
        exchange = exchange_of(request.scope)
        legisinfo_id, bill_id = digits_of(session), uuid_of(session)
        if legisinfo_id is not None:
            key = await bills.key_of_legisinfo_id(platform.readers, legisinfo_id)
        elif bill_id is not None:
            key = await bills.key_of_id(platform.readers, bill_id)
        else:
            number = bill_number_of(session)
            chosen = f"session={session_of(session)}" if number is None else f"number={number}"
            exchange.query = chosen + (f"&{exchange.query}" if exchange.query else "")
            move(exchange, "/bills")
        if key is None:
            raise NotFound("There is no bill with this id.", "Aucun projet de loi n’a cet identifiant.")
        move(exchange, f"/bills/{key}")

    @get(
        "/{session:str}/{number:str}",
        operation_id="getBill",
        summary="One bill / Un projet de loi",
        description="By session and number, for example `45-1/C-3`. / Selon la session et le numéro.",
    )
    async def get_bill(
        self,
        session: FromPath[str],
        number: FromPath[str],
        request: AnyRequest,
        platform: NamedDependency[Platform],
    ) -> Answer[One[BillOut]]:
        """One bill within its session."""
        exchange = exchange_of(request.scope)
        number, pin = pinned(number)
        asked = asked_of(platform, exchange, pin, of="bill")
        require_format(exchange, ("json",))
        key = bill_at(exchange, session, number, pin)
        stamp = stamp_of(asked.past, platform.versions.of_sharded(key), asked.lists)
        read = await bills.by_key(platform.readers, key, asked.past)
        stored = await present(platform, read, ("bill", key), asked.past)
        included = await included_with(platform, asked, stored)
        return answer_one(stamp, stored, bill_out(stored, asked.view), asked.view, asked.past, included=included)

    @get(
        "/{session:str}/{number:str}/stages",
        operation_id="listStagesOfBill",
        summary="The stages of a bill / Les étapes d’un projet de loi",
        description="In Parliament's order, all at once. / Dans l’ordre du Parlement, toutes à la fois.",
    )
    async def list_stages(
        self,
        session: FromPath[str],
        number: FromPath[str],
        request: AnyRequest,
        platform: NamedDependency[Platform],
    ) -> Answer[Many[StageOut]]:
        """Every stage of a bill; empty if its detail record has not been read."""
        exchange = exchange_of(request.scope)
        number, pin = pinned(number)
        asked = asked_of(platform, exchange, pin, require_format(exchange, FORMATS))
        key = bill_at(exchange, session, number, f"{pin}/stages")
        stamp = stamp_of(asked.past, platform.versions.of_sharded(key))
        read = await bills.by_key(platform.readers, key, asked.past)
        stored = await present(platform, read, ("bill", key), asked.past)
        stages = stored.entity.stages if asked.past else await bills.stages(platform.readers, key)
        items = [stage_out(stored, stage, asked.view) for stage in stages]
        return whole_list(exchange, asked.view, stamp, stored, (StageOut, items), past=asked.past, style=asked.style)

    @get(
        "/{session:str}/{number:str}/history",
        operation_id="listHistoryOfBill",
        summary="How a bill's record changed / L’historique d’un projet de loi",
        description=DESCRIPTION,
    )
    async def list_history(
        self,
        session: FromPath[str],
        number: FromPath[str],
        request: AnyRequest,
        platform: NamedDependency[Platform],
    ) -> Answer[Many[RevisionOut]]:
        """A page of a bill's revisions."""
        exchange = exchange_of(request.scope)
        key = bill_at(exchange, session, number, "/history")
        stamp = platform.versions.of_sharded(key)
        return await history(platform, exchange, ("bill", key), platform.readers.shard_of(key), stamp)
