"""Addresses under `/api/v1/members`."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.core.addresses import digits_of, move, uuid_of
from serving.core.answers import Answer, AnyRequest, one, require_format, view_of
from serving.core.errors import NotFound
from serving.core.exchange import exchange_of
from serving.core.platform import Platform
from serving.core.shapes import One
from serving.members.schemas import MemberOut, member_out
from warehouse.postgres import read_members


class MemberController(Controller):
    """Members of the House."""

    path = "/api/v1/members"
    tags = ("members",)

    @get(
        "/{person_id:str}",
        operation_id="getMember",
        summary="One member / Une députée ou un député",
        description="By the House's PersonId, for example `89156`. / Selon le PersonId de la Chambre.",
    )
    async def get_member(
        self, person_id: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[One[MemberOut]]:
        """One member with every riding and caucus they sat for."""
        exchange = exchange_of(request.scope)
        view = view_of(platform, exchange)
        require_format(exchange, ("json",))
        member_id = uuid_of(person_id)
        if member_id is not None and (found := await read_members.key_of_id(platform.readers, member_id)):
            move(exchange, f"/members/{found}")
        number = digits_of(person_id)
        if number is None:
            raise NotFound("A member's address is the House's PersonId, a whole number.", param="person_id")
        key = str(number)
        if key != person_id:
            move(exchange, f"/members/{key}")
        stamp = platform.versions.of_catalogued(key)
        stored = await read_members.by_key(platform.readers, key)
        if stored is None:
            raise NotFound(f"There is no member {key} here.", param="person_id")
        return one(stamp, stored, member_out(stored, view), view)
