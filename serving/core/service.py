"""A service's name-plate: all that it brings. Everything shared that depends on the services is derived from these."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

import msgspec
from litestar import Controller
from litestar.handlers import HTTPRouteHandler

from serving.core.answers.closed_lists import ClosedList
from serving.core.entities.includes import Relation
from serving.core.http.deprecations import Deprecation
from serving.core.http.errors import RequestError
from serving.core.http.limits.admission import LaneName
from serving.core.http.messages import App
from serving.core.parameters.conditions import ListSpec
from serving.core.parameters.schemas import Parameter, PathParameter
from warehouse.model.kinds import EntityType
from warehouse.runtime.errors import SettingInvalid

Store = Literal["catalog", "shards", "facts", "search"]
CATALOG: Final[frozenset[Store]] = frozenset({"catalog"})
DATABASES: Final[frozenset[Store]] = frozenset({"catalog", "shards"})


class RequestBody(msgspec.Struct, frozen=True):
    """What is sent to an address: the struct it is read into, and an example."""

    type: type[msgspec.Struct]
    description: str
    example: dict[str, Any]


class ExampleLink(msgspec.Struct, frozen=True):
    """An address for the home page, below `/api/v1`, and what it shows."""

    path: str
    en: str
    fr: str


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """One service. The names of operations are those of its routes; `Service.operations` lists them."""

    name: str
    controllers: tuple[type[Controller], ...]
    tags: Mapping[str, str] = {}
    """Headings of the OpenAPI document that the service is the first to use, each in both languages."""
    lists: Mapping[str, ListSpec] = {}
    """What each list can be filtered by, by operation."""
    parameters: Mapping[str, Sequence[Parameter]] = {}
    """The parameters of other addresses, and what lists have besides, by operation."""
    rules: Mapping[str, Sequence[str]] = {}
    """What holds between the parameters of an address, by operation, in the language IDL4OAS."""
    bodies: Mapping[str, RequestBody] = {}
    """What is sent to an address, by operation."""
    media_types: Mapping[str, str] = {}
    """What an address answers with where it is not JSON, by operation."""
    path_parameters: Mapping[str, PathParameter] = {}
    """The parts of its addresses by name; `operation.name` where one operation means another thing by it."""
    codes: tuple[ClosedList, ...] = ()
    """Closed lists of codes that it alone has."""
    deprecations: Mapping[str, Deprecation] = {}
    """What will be removed: by operation, or by `operation.parameter`."""
    entries: Mapping[EntityType, str] = {}
    """The names of its structs that show entities, by kind, where other things can be included with them."""
    with_entities: Mapping[str, EntityType] = {}
    """The kind of entity that an address shows, by operation, where other things can be included; lists say it."""
    relations: tuple[Relation, ...] = ()
    """What it can give with entities, its own or those of others."""
    problems: tuple[type[RequestError], ...] = ()
    """What can go wrong here and nowhere else."""
    stores: frozenset[Store] = DATABASES
    """What it cannot serve without. A process opens only what its services read, and the catalog, which says what kind
    of data there is."""
    extras: frozenset[Store] = frozenset()
    """What it reads where it is there."""
    aliases: tuple[str, ...] = ()
    """Other names by which operators know it."""
    lanes: tuple[tuple[str, LaneName], ...] = ()
    """Queues by beginnings of paths, the first that fits counts; all other paths wait for the databases."""
    examples: tuple[ExampleLink, ...] = ()
    """What the home page shows of it."""
    front: Callable[[App], App] | None = None
    """What it puts in front of the router, behind the cache."""
    pages: tuple[ExampleLink, ...] = ()
    """Its pages for people, which the home page links to."""

    @property
    def operations(self) -> frozenset[str]:
        """The ids of its operations."""
        handlers = [each for controller in self.controllers for each in vars(controller).values()]
        return frozenset(
            str(each.operation_id) for each in handlers if isinstance(each, HTTPRouteHandler) and each.operation_id
        )

    def path_parameter(self, operation: str, name: str) -> PathParameter:
        """What a part of an address of the service means.

        Raises:
            LookupError: the service does not say it.
        """
        found = self.path_parameters.get(f"{operation}.{name}") or self.path_parameters.get(name)
        if found is None:
            raise LookupError(f"The service {self.name} does not describe {name!r} in the path of {operation}.")
        return found


def choose(services: Sequence[Service], names: Sequence[str]) -> tuple[Service, ...]:
    """The services with these names, in their own order; all of them where none is named.

    Raises:
        SettingInvalid: there is no service with such a name.
    """
    known = [service.name for service in services]
    own_names = {alias: service.name for service in services for alias in service.aliases}
    names = [own_names.get(name, name) for name in names]
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            raise SettingInvalid(f"There is no service `{name}`.{hint}", fix=f"Services are {', '.join(known)}.")
    return tuple(service for service in services if service.name in names) if names else tuple(services)


def process_name(services: Sequence[Service], names: Sequence[str]) -> str:
    """What a process with a choice of services is called in logs, traces and metrics: as its service, if it is one."""
    chosen = choose(services, names)
    return chosen[0].name if len(chosen) == 1 else "api"


def needs_of(services: Sequence[Service]) -> frozenset[Store]:
    """The stores without which a process with these services is of no use. Databases are what any of them needs; an
    engine counts where all need it, for where one is unavailable the others still answer."""
    every = frozenset[Store]().union(*(service.stores for service in services))
    common = every.intersection(*(service.stores for service in services))
    return (every & DATABASES) | common
