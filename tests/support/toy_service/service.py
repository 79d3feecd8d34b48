"""The name-plate, the list and the route of the toy."""

import datetime as dt
from functools import partial
from typing import Final

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency

from serving.core.answers.answer import Answer, AnyRequest
from serving.core.answers.envelope import Many
from serving.core.http.errors import RequestError
from serving.core.http.exchange import exchange_of
from serving.core.lists.listing import ListRequest, ListVersion
from serving.core.parameters import values
from serving.core.parameters.conditions import ListSpec
from serving.core.parameters.values import FilterSpec
from serving.core.process.platform import Platform
from serving.core.service import ExampleLink, Service
from warehouse.postgres.lists import pages

OPENINGS: Final = ListSpec(
    listing="sessions",
    filters=(
        FilterSpec(
            name="parliament",
            kind="number",
            read=values.parliament,
            example="45",
            en="The Parliament's number.",
            fr="Le numéro de la législature.",
        ),
    ),
    sorts={"session": "session"},
    default_sort="-session",
)


class ToyRefused(RequestError):
    """The toy does not like the request."""

    status, code = 409, "toy_refused"
    titles = ("Toy refused", "Jouet refusé")
    meaning_fr = "Le jouet n’aime pas la requête."


class OpeningOut(msgspec.Struct, frozen=True):
    """When a session opened, on an Ottawa date."""

    key: str
    opened_on: dt.date | None


class ToyController(Controller):
    """Openings of sessions."""

    path = "/api/v1/openings"
    tags = ("toys",)

    @get("/", operation_id="listOpenings", summary="Openings / Ouvertures", description="Newest first. / Récentes.")
    async def list_openings(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[Many[OpeningOut]]:
        """A page of openings."""
        stamp = platform.versions.of(platform.versions.catalog)
        catalog = platform.readers.catalog
        wanted = ListRequest(platform, exchange_of(request.scope), OPENINGS, ListVersion(prefix="s"))
        found = await wanted.find(partial(pages.page, catalog), partial(pages.count, catalog))
        items = [OpeningOut(each.entity.key, each.entity.opened_on) for each in pages.sessions(found[0])]
        return wanted.answer(stamp, OpeningOut, items, found)


SERVICE: Final = Service(
    name="toys",
    controllers=(ToyController,),
    tags={"toys": "Toys / Jouets"},
    lists={"listOpenings": OPENINGS},
    problems=(ToyRefused,),
    examples=(ExampleLink("/openings?limit=1", "The latest opening", "La dernière ouverture"),),
)
