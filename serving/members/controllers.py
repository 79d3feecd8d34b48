"""Addresses under `/api/v1/members`."""

from typing import cast

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.core.answers.answer import Answer, AnyRequest, answer_one, require_format
from serving.core.answers.canonical_paths import digits_of, move, uuid_of
from serving.core.answers.envelope import Many, One
from serving.core.answers.formats import CSV_NAMES, csv_style
from serving.core.answers.texts import View
from serving.core.entities.history import DESCRIPTION, RevisionOut, history
from serving.core.entities.past import asked_of, included_with, past_of, pinned, present, stamp_of
from serving.core.http.errors import InvalidValue, NotFound
from serving.core.http.exchange import Exchange, exchange_of
from serving.core.lists.ballots import BallotOut, ballot_out
from serving.core.lists.listing import FORMATS, ListRequest, whole_list
from serving.core.lists.versioned_list import unversioned_moment, versioned_list
from serving.core.parameters.days import as_of
from serving.core.parameters.query_string import PAST_NAMES, Parameters
from serving.core.process.platform import Platform
from serving.members.company import BallotInCompany, CompanyOptions, company_of, in_company
from serving.members.filters import BALLOTS, LATEST_KNOWN, MEMBERS
from serving.members.schemas import MemberOut, MembershipOut, as_on, member_out, membership_out
from warehouse.model.entities import Member
from warehouse.model.read_models.selection import Condition, PageOf
from warehouse.model.stored import Stored
from warehouse.postgres.entities import members, terms
from warehouse.postgres.lists import pages
from warehouse.runtime.versions import Stamp


class MemberController(Controller):
    """Members of the House."""

    path = "/api/v1/members"
    tags = ("members",)

    @get(
        "/",
        operation_id="listMembers",
        summary="Members of the House / Députées et députés",
        description="By name, with the latest known caucus and riding. / Par nom.",
    )
    async def list_members(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[Many[MemberOut]]:
        """A page of members, as they are or as they sat on a day."""
        parameters = Parameters(exchange_of(request.scope).query)
        on = as_of(parameters)
        if on is None:
            return await versioned_list(platform, request, MEMBERS, Member, MemberOut, out=member_out)
        _require_no_latest(parameters)
        terms_of_day = await terms.of_day(platform.readers.catalog, on)

        def out(stored: Stored[Member], view: View) -> MemberOut:
            return member_out(as_on(stored, terms_of_day.get(stored.entity.person_id)), view)

        narrowing = (Condition("person_id", "eq", tuple(terms_of_day)),)
        return await versioned_list(platform, request, MEMBERS, Member, MemberOut, out=out, narrowing=narrowing)

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
        person_id, pin = pinned(person_id)
        asked = asked_of(platform, exchange, pin, of="member")
        require_format(exchange, ("json",))
        member_id = uuid_of(person_id)
        if member_id is not None and (found := await members.key_of_id(platform.readers, member_id)):
            move(exchange, f"/members/{found}{pin}")
        key = _member_at(exchange, person_id, pin)
        stamp = stamp_of(asked.past, platform.versions.of_catalogued(key), asked.lists)
        read = await members.by_key(platform.readers, key, asked.past)
        stored = await present(platform, read, ("member", key), asked.past, "person_id")
        included = await included_with(platform, asked, stored)
        return answer_one(stamp, stored, member_out(stored, asked.view), asked.view, asked.past, included=included)

    @get(
        "/{person_id:str}/history",
        operation_id="listHistoryOfMember",
        summary="How a member's record changed / L’historique d’une personne",
        description=DESCRIPTION,
    )
    async def list_history(
        self, person_id: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Many[RevisionOut]]:
        """A page of a member's revisions."""
        exchange = exchange_of(request.scope)
        key = _member_at(exchange, person_id, "/history")
        stamp = platform.versions.of_catalogued(key)
        return await history(platform, exchange, ("member", key), platform.readers.catalog, stamp)

    @get(
        "/{person_id:str}/memberships",
        operation_id="listMembershipsOfMember",
        summary="Where a member sat, and in which caucus / Où une personne siégeait, et dans quel caucus",
        description="Oldest first; with `as_of` only the one of that day, if there is one. "
        "/ Du plus ancien au plus récent; avec `as_of`, seulement celui de ce jour, s’il y en a un.",
    )
    async def list_memberships(
        self, person_id: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Many[MembershipOut]]:
        """The memberships of a member, as they are or were known."""
        exchange = exchange_of(request.scope)
        format_ = require_format(exchange, FORMATS)
        person_id, pin = pinned(person_id)
        parameters = Parameters(exchange.query)
        past, on = past_of(platform, exchange, pin), as_of(parameters)
        token = None if past is None else platform.snapshots.token(past.version, past.made_at)
        view = View(parameters.lang(), platform.versions.dataset, snapshot=token)
        style = csv_style(parameters, exchange, format_)
        for name in PAST_NAMES:
            parameters.all(name)
        parameters.finish(("as_of", *PAST_NAMES, *CSV_NAMES))
        key = _member_at(exchange, person_id, f"{pin}/memberships")
        stamp = stamp_of(past, platform.versions.of_catalogued(key))
        read = await members.by_key(platform.readers, key, past)
        stored = await present(platform, read, ("member", key), past, "person_id")
        items = [
            membership_out(each, view)
            for each in stored.entity.memberships
            if on is None or (each.from_on <= on and (each.to_on is None or on < each.to_on))
        ]
        return whole_list(exchange, view, stamp, stored, (MembershipOut, items), past=past, style=style)

    @get(
        "/{person_id:str}/ballots",
        operation_id="listBallotsOfMember",
        summary="Every ballot of a member / Tous les votes d’une personne",
        description="Newest first, with the caucus and riding recorded at the time of each vote. "
        "A vote recorded during a walk may or may not be in it. `dissent=true` leaves those that differ from most of "
        "the caucus, `with=` those in which another member voted too; both add what is compared. "
        "/ Le plus récent d’abord. `dissent=true`\u00a0: ceux qui diffèrent de la plupart du caucus; `with=`\u00a0: "
        "ceux où une autre personne a voté aussi.",
    )
    async def list_ballots(
        self, person_id: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Many[BallotOut]]:
        """A page of a member's ballots, gathered from every shard; in company with what is compared, too."""
        exchange = exchange_of(request.scope)
        number = digits_of(person_id)
        if number is None:
            raise NotFound(
                "A member's address is the House's PersonId, a whole number.",
                "L’adresse d’une personne est le PersonId de la Chambre, un nombre entier.",
                param="person_id",
            )
        stamp = platform.versions.of(platform.versions.shards)
        shards = [part.source for part in platform.readers.parts()]
        moment = await unversioned_moment(platform, exchange, shards, "vote")
        asked = ListRequest(platform, exchange, BALLOTS, moment, scope={"person_id": number})
        if (wanted := CompanyOptions.of(asked.computed)) is not None:
            return cast("Answer[Many[BallotOut]]", await _in_company(platform, asked, number, wanted))
        found = await asked.find(platform.member_ballots.page, platform.member_ballots.count)
        if not found[0].rows:
            await _require_member(platform, number, "person_id")

        def items_of(page: PageOf) -> list[BallotOut]:
            return [ballot_out(each, asked.view) for each in pages.ballots_with_votes(page)]

        if asked.wants_all and found[0].more:
            return cast(
                "Answer[Many[BallotOut]]", asked.all_pages(BallotOut, found, platform.member_ballots.page, items_of)
            )
        return asked.answer(stamp, BallotOut, items_of(found[0]), found)


async def _in_company(
    platform: Platform, asked: ListRequest, person_id: int, wanted: CompanyOptions
) -> Answer[Many[BallotInCompany]]:
    """A page of a member's ballots beside their caucus and beside another member. Not kept: what is compared comes from
    the facts and the ballots from the shards, and no one version stands for both."""
    await _require_member(platform, person_id, "person_id")
    if wanted.other is not None:
        await _require_member(platform, wanted.other, "with")
    company = await company_of(platform, person_id, wanted, asked.selection.conditions)
    asked.narrow(Condition("vote", "eq", tuple(company.beside)))
    found = await asked.find(platform.member_ballots.page, platform.member_ballots.count)

    def items_of(page: PageOf) -> list[BallotInCompany]:
        return [in_company(each, company, asked.view) for each in pages.ballots_with_votes(page)]

    if asked.wants_all and found[0].more:
        return cast(
            "Answer[Many[BallotInCompany]]",
            asked.all_pages(BallotInCompany, found, platform.member_ballots.page, items_of),
        )
    answer = asked.answer(Stamp(platform.versions.facts, None), BallotInCompany, items_of(found[0]), found)
    if company.stale_s is not None:
        answer.answered.headers.append(("x-openpolicy-stale", str(company.stale_s)))
    return answer


def _require_no_latest(parameters: Parameters) -> None:
    """Refuse `as_of` together with what looks at the latest known caucus, riding or province.

    Raises:
        InvalidValue: there is such a filter or order.
    """
    sorts = {part.strip().removeprefix("-") for part in (parameters.single("sort") or "").split(",")}
    given = {name.partition("__")[0] for name in parameters.names} | sorts
    latest = sorted(given & {*LATEST_KNOWN})
    if latest:
        raise InvalidValue(
            f"`as_of` cannot be combined with `{latest[0]}`, which is the latest known one. Ask "
            "`/caucuses/{code}?as_of=` or `/ridings?as_of=` for those of a day.",
            f"`as_of` ne va pas avec `{latest[0]}`, qui est le plus récent connu. Demandez "
            f"`/caucuses/{{code}}?as_of=` ou "
            "`/ridings?as_of=` pour ceux d’un jour.",
            param=latest[0],
        )


async def _require_member(platform: Platform, person_id: int, param: str) -> None:
    """Raise NotFound or Gone if there is no such person."""
    found = await members.by_key(platform.readers, str(person_id))
    await present(platform, found, ("member", str(person_id)), None, param)


def _member_at(exchange: Exchange, person_id: str, rest: str) -> str:
    """The key of the member in a path; `rest` follows it there."""
    number = digits_of(person_id)
    if number is None:
        raise NotFound(
            "A member's address is the House's PersonId, a whole number.",
            "L’adresse d’une personne est le PersonId de la Chambre, un nombre entier.",
            param="person_id",
        )
    if str(number) != person_id:
        move(exchange, f"/members/{number}{rest}")
    return person_id
