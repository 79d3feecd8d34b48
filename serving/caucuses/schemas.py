"""The public shape of a caucus."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from serving.core.answers.code_names import province_name
from serving.core.answers.links import API
from serving.core.answers.texts import Text, View
from warehouse.model.curated import house_seats
from warehouse.model.vocabulary.codes import ABBREVIATIONS, CAUCUSES, INDEPENDENTS, UNKNOWN, as_typed
from warehouse.postgres.entities.terms import MemberTerm

_SIMULATED: Final = 90
"""Invented Parliaments have numbers from here on, and no known number of seats."""
_NEARLY_ALL: Final = 0.9
"""With fewer of the House's seats than this share, members are missing rather than seats vacant."""


class CaucusLinks(msgspec.Struct, frozen=True, kw_only=True, rename={"self_": "self"}):
    """Addresses around a caucus. / Adresses autour d’un caucus."""

    self_: str
    """Its address. / Son adresse."""
    members: str
    """Everybody whose latest known caucus it is. / Tous ceux dont c’est le plus récent caucus connu."""
    ridings: str
    """The ridings that it holds today. / Les circonscriptions qu’il détient aujourd’hui."""


class CaucusOut(msgspec.Struct, frozen=True, kw_only=True):
    """A caucus of the House of Commons, as its documents and the ballots name it.
    / Un caucus de la Chambre des communes, tel que le nomment ses documents et les votes."""

    key: str
    """Its code, which filters take too. / Son code, que les filtres acceptent aussi."""
    name: Text
    """The House’s word for it; null in a language in which none has been seen.
    / Le nom que la Chambre lui donne; nul dans la langue où aucun n’a été vu."""
    abbreviation: Text
    """As Hansard and the House write it; null where none has been seen.
    / Tel que le hansard et la Chambre l’écrivent; nul si aucune n’a été vue."""
    is_group: bool
    """False for members who sit alone: they share a word, not a caucus.
    / False pour qui siège seul : ces membres ont un mot en commun, non un caucus."""
    first_on: dt.date
    """The first day on which a member of it is known. / Le premier jour où on lui connaît un membre."""
    last_on: dt.date | None
    """The last such day; null while somebody sits in it. / Le dernier de ces jours; nul si quelqu’un y siège."""
    parliaments: list[int]
    """The Parliaments in which it is known. / Les législatures où il est connu."""
    as_of: dt.date
    """The day of `member_count`. / Le jour de `member_count`."""
    member_count: int | None
    """Its members on that day; null where under nine tenths of the House’s seats have a known holder, or more than
    all.
    / Ses membres ce jour-là; nul si moins de neuf dixièmes des sièges ont un titulaire connu, ou plus que tous."""
    links: CaucusLinks
    """Addresses around it. / Adresses autour de lui."""


class CaucusMemberOut(msgspec.Struct, frozen=True, kw_only=True):
    """A member of a caucus on a day. / Un membre d’un caucus un jour donné."""

    person_id: int
    """The House’s PersonId. / Le PersonId de la Chambre."""
    name: str
    """The latest known name. / Le dernier nom connu."""
    riding: str | None
    """The riding on that day; null where no document names it.
    / La circonscription ce jour-là; nul si aucun document ne la nomme."""
    province: str | None
    """Its province, as recorded; null where no document names it.
    / Sa province, telle qu’inscrite; nul si aucun document ne la nomme."""
    province_name: Text
    """The province in both languages. / La province dans les deux langues."""
    from_on: dt.date
    """Since when in this caucus and riding. / Depuis quand dans ce caucus et cette circonscription."""


class CaucusDetailsOut(CaucusOut, frozen=True, kw_only=True):
    """A caucus with its members on a day. / Un caucus avec ses membres un jour donné."""

    members: list[CaucusMemberOut]
    """Those known, by name; all of them where `member_count` is a number.
    / Ceux qui sont connus, par nom; tous, si `member_count` est un nombre."""


def key_of(caucus: str) -> str:
    """The key of a caucus by the name recorded: its code, or the name's letters where the list has no code for it."""
    code = CAUCUSES.code_of(caucus)
    return as_typed(caucus).replace(" ", "-") if code is None or code == UNKNOWN else code


def caucuses_out(terms: Iterable[MemberTerm], on: dt.date, view: View) -> list[CaucusDetailsOut]:
    """Every caucus that a term names, those with the most members on a day first."""
    every = list(terms)
    is_complete = _is_complete([term for term in every if term.covers(on)], on)
    by_key: dict[str, list[MemberTerm]] = {}
    for term in every:
        if term.caucus:
            by_key.setdefault(key_of(term.caucus), []).append(term)
    found = [_caucus_out(key, own, on, view, is_complete=is_complete) for key, own in by_key.items()]
    return sorted(found, key=lambda each: (-len(each.members), -(each.last_on or dt.date.max).toordinal(), each.key))


def without_members(caucus: CaucusDetailsOut) -> CaucusOut:
    """The caucus as lists show it."""
    return CaucusOut(**{name: getattr(caucus, name) for name in CaucusOut.__struct_fields__})


def _is_complete(sitting: Sequence[MemberTerm], on: dt.date) -> bool:
    size = None if any(term.parliament >= _SIMULATED for term in sitting) else house_seats(on)
    return bool(sitting) and (size is None or _NEARLY_ALL * size <= len(sitting) <= size)


def _caucus_out(
    key: str, terms: Sequence[MemberTerm], on: dt.date, view: View, *, is_complete: bool
) -> CaucusDetailsOut:
    known, recorded = CAUCUSES.get(key), terms[-1].caucus
    ends = [term.to_on for term in terms if term.to_on is not None]
    sitting = [term for term in terms if term.covers(on)]
    here = f"{API}/caucuses/{key}"
    return CaucusDetailsOut(
        key=key,
        name=view.text(known.en, known.fr) if known else view.text(recorded, None),
        abbreviation=view.text(*ABBREVIATIONS.get(key, (None, None))),
        is_group=key not in INDEPENDENTS,
        first_on=min(term.from_on for term in terms),
        last_on=max(ends) - dt.timedelta(days=1) if len(ends) == len(terms) else None,
        parliaments=sorted({term.parliament for term in terms}),
        as_of=on,
        member_count=len(sitting) if is_complete else None,
        links=CaucusLinks(
            self_=here,
            members=f"{API}/members?party={key}",
            ridings=f"{API}/ridings?party={key}",
        ),
        members=[
            CaucusMemberOut(
                person_id=term.person_id,
                name=term.name,
                riding=term.riding,
                province=term.province,
                province_name=province_name(term.province, view),
                from_on=term.from_on,
            )
            for term in sitting
        ],
    )
