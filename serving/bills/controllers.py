"""Addresses under `/api/v1/bills`."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.bills.schemas import BillOut, bill_out
from serving.core.addresses import bill_at, digits_of, move, session_of, uuid_of
from serving.core.answers import Answer, AnyRequest, one, require_format, view_of
from serving.core.errors import NotFound
from serving.core.exchange import exchange_of
from serving.core.platform import Platform
from serving.core.shapes import One
from warehouse.postgres import read_bills


class BillController(Controller):
    """Bills within their sessions."""

    path = "/api/v1/bills"
    tags = ("bills",)

    @get("/{session:str}", include_in_schema=False)
    async def find_bill(
        self, session: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[None]:
        """A bill by LEGISinfo's id or the internal one, or the bills of a session, at their canonical address."""
        exchange = exchange_of(request.scope)
        legisinfo_id, bill_id = digits_of(session), uuid_of(session)
        if legisinfo_id is not None:
            key = await read_bills.key_of_legisinfo_id(platform.readers, legisinfo_id)
        elif bill_id is not None:
            key = await read_bills.key_of_id(platform.readers, bill_id)
        else:
            exchange.query = f"session={session_of(session)}" + (f"&{exchange.query}" if exchange.query else "")
            move(exchange, "/bills")
        if key is None:
            raise NotFound("There is no bill with this id here.")
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
        view = view_of(platform, exchange)
        require_format(exchange, ("json",))
        key = bill_at(exchange, session, number)
        stamp = platform.versions.of_sharded(key)
        stored = await read_bills.by_key(platform.readers, key)
        if stored is None:
            raise NotFound(f"There is no bill {key} here.")
        return one(stamp, stored, bill_out(stored, view), view)
