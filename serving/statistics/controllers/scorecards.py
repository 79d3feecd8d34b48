"""Scorecards created by callers: stored by content, and scored again whenever the facts change."""

import asyncio
import contextlib
import datetime as dt
import re
from collections.abc import Collection
from typing import Any, Final, get_args

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.core.answers.answer import Answer, AnyRequest
from serving.core.answers.links import API
from serving.core.http.errors import InvalidValue, NotFound, Overloaded
from serving.core.process.platform import Platform
from serving.statistics.errors import QuotaExceeded
from serving.statistics.figures import scorecards as of_scorecards
from serving.statistics.figures.frame import Single
from serving.statistics.request import JSON, TABLE, Basis, StatisticsRequest, about
from warehouse.postgres.entities import scorecards
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.printable import one_line
from warehouse.statistics.inputs import LoadedSheet
from warehouse.statistics.members.scorecards import (
    HEAVIEST,
    LONGEST_TITLE,
    MOST_VOTES,
    VOTE_PATTERN,
    Choice,
    Direction,
    Scorecard,
    digest_of,
)

_KEY: Final = re.compile(VOTE_PATTERN)
_PLACE: Final = re.compile(r" - at `\$\.(.+)`$")
"""The place of an error in the body, as msgspec writes it."""
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_decoder = msgspec.json.Decoder(Scorecard)


class ScorecardController(Controller):
    """Scorecards."""

    path = "/api/v1/scorecards"
    tags = ("statistics",)

    @post(
        "/",
        operation_id="createScorecard",
        summary="Score every member on votes of your choice / Noter les membres sur des votes de votre choix",
        description="Up to 200 votes; `weight` (1) counts in `score/1`, `strong` (false) in the other two methods. The "
        "same content has the same address. A caller may create 50 new cards a day; a card that nobody reads for 90 "
        "days is deleted. / Jusqu’à 200 votes; `weight` (1) compte dans `score/1`, `strong` (false) dans les deux "
        "autres méthodes. Le même contenu garde la même adresse. On peut créer 50 nouvelles fiches par jour; une fiche "
        "que personne ne lit pendant 90 jours est supprimée.",
        status_code=201,
    )
    async def create(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Response[Any]:
        """Store a card and score it."""
        asked = StatisticsRequest(platform, request, JSON)
        asked.finish()
        card = checked(await request.body())
        content = card.content()
        digest = digest_of(content)
        loaded = await _loaded(asked, digest, card)
        refuse_unfit(card, loaded)
        now = dt.datetime.now(dt.UTC)
        caller = platform.cursors.pseudonym(f"{platform.callers.of(request.scope)} {now:%Y-%m-%d}")
        outcome = await asyncio.to_thread(scorecards.store, platform.catalog_writer, digest, content, caller)
        require_stored(outcome, now)
        is_new = outcome == "new"
        data = await asked.compute(of_scorecards.scorecard, loaded, card, digest, asked.view)
        answered = asked.single(data, _basis(loaded, card)).answered
        return Response(
            answered.body,
            status_code=201 if is_new else 200,
            media_type=answered.media_type,
            headers={"location": f"{API}/scorecards/{digest}", "cache-control": "no-store"},
        )

    @get(
        "/{digest:str}",
        operation_id="getScorecard",
        summary="A scorecard / Une fiche de notation",
        description=about(
            "By the hash of its content; as CSV or NDJSON its members alone.",
            "Par l’empreinte de son contenu; en CSV ou NDJSON, les membres seulement.",
        ),
    )
    async def get_scorecard(
        self, digest: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Single[of_scorecards.ScorecardOut]]:
        """A stored card, scored with the current facts."""
        asked = StatisticsRequest(platform, request, TABLE)
        asked.finish()
        kept = await scorecards.by_hash(platform.readers, digest) if _HASH.fullmatch(digest) else None
        if kept is None:
            raise NotFound(
                "There is no scorecard with this hash. A card that nobody reads for 90 days is deleted; create it "
                "again.",
                "Aucune fiche n’a cette empreinte. Une fiche que personne ne lit pendant 90 jours est supprimée; "
                "créez-la de nouveau.",
                param="digest",
            )
        if kept.read_before_today:
            with contextlib.suppress(StoreUnavailable):  # the next reading is recorded instead
                await asyncio.to_thread(scorecards.touch, platform.catalog_writer, digest)
        card = _decoder.decode(kept.content)
        loaded = await _loaded(asked, digest, card)
        data = await asked.compute(of_scorecards.scorecard, loaded, card, digest, asked.view)
        basis = _basis(loaded, card)
        if asked.wants_rows:
            return Answer(asked.table(of_scorecards.MemberScore, data.members, basis).answered)
        return asked.single(data, basis)


def require_stored(outcome: scorecards.Outcome, now: dt.datetime) -> None:
    """Refuse a card that was not stored.

    Raises:
        QuotaExceeded: its caller has reached the limit of a day (in UTC).
        Overloaded: there is no room for any card.
    """
    tomorrow = dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(), dt.UTC)
    headers = {"retry-after": str(int((tomorrow - now).total_seconds()) + 1)}
    if outcome == "quota":
        most = scorecards.MOST_OF_ONE
        raise QuotaExceeded(
            f"You may create {most} new scorecards a day. Try again after midnight UTC; cards that exist can still be "
            "read and sent.",
            f"On peut créer {most} nouvelles fiches par jour. Réessayez après minuit UTC; les fiches qui existent "
            "peuvent encore être lues et envoyées.",
            headers=headers,
        )
    if outcome == "full":
        raise Overloaded(
            "There is no room for another scorecard. Try again tomorrow.",
            "Il n’y a plus de place pour une autre fiche. Réessayez demain.",
            headers=headers,
        )


def checked(body: bytes) -> Scorecard:
    """The card in a body, in its canonical order.

    Raises:
        InvalidValue: the body is not a card, or its values are not allowed; names the place.
    """
    card = _decoded(body)
    if not 1 <= len(card.votes) <= MOST_VOTES:
        raise InvalidValue(
            f"A scorecard has 1 to {MOST_VOTES} votes.", f"Une fiche compte de 1 à {MOST_VOTES} votes.", param="votes"
        )
    seen: set[str] = set()
    for place, choice in enumerate(card.votes):
        _check_choice(choice, place, seen)
        seen.add(choice.vote)
    for name in ("title_en", "title_fr"):
        if len(getattr(card, name) or "") > LONGEST_TITLE:
            raise InvalidValue(
                f"A title has at most {LONGEST_TITLE} characters.",
                f"Un titre compte au plus {LONGEST_TITLE} caractères.",
                param=name,
            )
    # Other callers see the titles: invisible characters and those that reverse text on a screen are removed.
    titles = {name: one_line(getattr(card, name) or "") or None for name in ("title_en", "title_fr")}
    return msgspec.structs.replace(card, **titles).canonical()


def _decoded(body: bytes) -> Scorecard:
    """The card in a body.

    Raises:
        InvalidValue: the body is not a scorecard; names the place.
    """
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        at = _PLACE.search(str(error))
        raise InvalidValue(
            f"The request body is not a valid scorecard: {str(error)[:300]}.",
            "Le corps n’est pas une fiche de notation" + (f"\u00a0: voir `{at[1]}`." if at else "."),
            param=at[1] if at else "body",
            allowed=get_args(Direction) if at and at[1].endswith(".direction") else (),
        ) from None


def _check_choice(choice: Choice, place: int, seen: Collection[str]) -> None:
    """Refuse a vote of a card; `seen` are those before it.

    Raises:
        InvalidValue: its key or weight is not valid, or the card has it twice.
    """
    if not _KEY.fullmatch(choice.vote):
        raise InvalidValue(
            "Write a vote as in 45-1/commons/43.",
            "Un vote s’écrit comme 45-1/commons/43.",
            param=f"votes[{place}].vote",
        )
    if choice.vote in seen:
        raise InvalidValue(
            f"{choice.vote} is on the card twice.",
            f"{choice.vote} est deux fois sur la fiche.",
            param=f"votes[{place}].vote",
        )
    if not 0 < choice.weight <= HEAVIEST:
        raise InvalidValue(
            f"A weight is above 0 and at most {HEAVIEST}.",
            f"Un poids est supérieur à 0 et d’au plus {HEAVIEST}.",
            param=f"votes[{place}].weight",
        )


def refuse_unfit(card: Scorecard, loaded: LoadedSheet) -> None:
    """Refuse votes on which members cannot be scored.

    Raises:
        InvalidValue: a vote does not exist, is disputed, or has no ballots.
    """
    sheet = loaded.sheet
    held = {division.key: (division, bool(sheet.cast[row].any())) for row, division in enumerate(sheet.divisions)}
    for choice in card.votes:
        if choice.vote not in held:
            raise InvalidValue(
                f"There is no vote {choice.vote}.",
                f"Introuvable\u00a0: vote {choice.vote}.",
                param=choice.vote,
            )
        division, has_ballots = held[choice.vote]
        if not has_ballots:
            raise InvalidValue(
                f"No ballots of {choice.vote} are published.",
                f"Le vote de chaque député pour {choice.vote} n’est pas publié.",
                param=choice.vote,
            )
        if division.disputed:
            raise InvalidValue(
                f"{choice.vote} is disputed: its announced totals differ from its ballots.",
                f"{choice.vote} est contesté\u00a0: ses totaux annoncés diffèrent des voix comptées.",
                param=choice.vote,
            )


async def _loaded(asked: StatisticsRequest, digest: str, card: Scorecard) -> LoadedSheet:
    keys = [choice.vote for choice in card.votes]
    return await asked.read(("scorecard", digest), lambda facts: facts.sheet_of_votes(keys))


def _basis(loaded: LoadedSheet, card: Scorecard) -> Basis:
    divisions = loaded.sheet.divisions
    left = {"votes_gone": len(card.votes) - len(divisions), "broken_pairs": loaded.sheet.broken_pairs}
    return Basis(
        methods=of_scorecards.METHODS,
        exclusions=left,
        notes=("eligible", "deputies"),
        disputed=sum(division.disputed for division in divisions),
        rows="/votes",
        watermark=loaded.watermark,
    )
