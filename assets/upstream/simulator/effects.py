"""The published documents, and those that each fault affects."""

from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlsplit

from assets.upstream.addresses import UpstreamRequest, asked
from assets.upstream.simulator import delivery
from assets.upstream.simulator.documents import member_lists, paths
from assets.upstream.simulator.story.faults import Affected, Fault
from assets.upstream.simulator.story.targets import Targets
from assets.upstream.simulator.story.views import SessionView
from assets.upstream.simulator.story.votes import PlannedDivision


def documents(views: Sequence[SessionView]) -> list[str]:
    """Path and query of everything published in these sessions."""
    parliaments = sorted({str(view.house.parliament) for view in views})
    found = [path for parliament in ("", "all", *parliaments) for path in paths.members(parliament)]
    persons = sorted({each.person.person_id for view in views for each in member_lists.tenures(view)})
    found += [path for person_id in persons for path in paths.member_roles(person_id)]
    for view in views:
        code = view.story.term.code
        found += [*paths.bill_lists(code), *paths.vote_lists(code)]
        found += [path for bill, _ in view.bills() for path in paths.bill_details(code, bill.code)]
        found += [path for division in view.divisions for path in paths.ballots(code, division.number)]
    return found


def affected(fault: Fault, without: SessionView, alone: SessionView, targets: Targets) -> Affected:
    """What the fault affects in the current session, from the views without it and with only it."""
    code = without.story.term.code
    divisions, bills, persons = _singled_out(fault, targets, without)
    addresses = {path for path in documents([without]) if delivery.touches(fault, _asked(path), targets)}
    addresses |= set(_changed_lists(fault, without, persons))
    addresses |= {path for bill in bills for path in paths.bill_details(code, bill) if _in_detail(fault)}
    for division in without.divisions:
        if _ballots_differ(fault, division, without, alone, targets):
            addresses |= set(paths.ballots(code, division.number))
        if division.bill and without.announced(division) != alone.announced(division):
            addresses |= set(paths.bill_details(code, division.bill))
    return Affected(addresses=frozenset(addresses), divisions=divisions, bills=bills, persons=persons)


def _asked(address: str) -> UpstreamRequest:
    parts = urlsplit(address)
    found = asked(parts.path, dict(parse_qsl(parts.query)))
    assert found is not None, address
    return found


def _singled_out(
    fault: Fault, targets: Targets, view: SessionView
) -> tuple[tuple[int, ...], tuple[str, ...], tuple[int, ...]]:
    """The division numbers, bills and people that a fault concerns."""
    seats = view.house.seats
    divisions: dict[Fault, tuple[int, ...]] = {
        Fault.CORRECTED_BALLOTS: (targets.corrected,),
        Fault.MISSING_NUMBER: (targets.missing,),
        Fault.DUPLICATE: (targets.duplicated,),
        Fault.RENAMED_FIELD: (targets.renamed,),
        Fault.SAME_DAY_FLOOR_CROSSING: (targets.before_crossing, targets.before_crossing + 1),
        Fault.TIE: (targets.tied, targets.cast_by_speaker),
        Fault.YEA_AND_PAIRED: (targets.yea_and_paired,),
        Fault.SERVER_ERRORS: (targets.failing,),
        Fault.TRUNCATED_XML: (targets.truncated,),
        Fault.HTML_PAGE: (targets.page,),
        Fault.EMPTY_BUT_200: (targets.empty,),
    }
    bills: dict[Fault, tuple[str, ...]] = {
        Fault.DUPLICATE: (targets.duplicated_bill,),
        Fault.RENAMED_FIELD: (targets.renamed_bill,),
        Fault.CHANGED_STATUS_TEXT: (targets.status_bill,),
        Fault.HTML_PAGE: (targets.page_bill,),
        Fault.LATE_FRENCH: (targets.late_french_bill,),
        Fault.PROVISIONAL_BILL: (targets.unlisted_bill,),
    }
    persons: dict[Fault, tuple[int, ...]] = {
        Fault.SAME_DAY_FLOOR_CROSSING: (seats[targets.crossing.seat].person.person_id,),
        Fault.TIE: (seats[view.house.speaker].person.person_id,),
        Fault.BY_ELECTION: (seats[targets.leaver].person.person_id, targets.newcomer.person_id),
    }
    return divisions.get(fault, ()), bills.get(fault, ()), persons.get(fault, ())


def _in_detail(fault: Fault) -> bool:
    """Whether a fault of a bill is visible in its detail record too."""
    return fault != Fault.DUPLICATE


def _changed_lists(fault: Fault, view: SessionView, persons: Sequence[int]) -> Iterable[str]:
    """The lists whose records a fault changes."""
    code = view.story.term.code
    members = [path for which in ("", "all", str(code.parliament)) for path in paths.members(which)]
    roles = paths.member_roles(persons[0]) if persons else ()  # a newcomer has none before
    match fault:
        case Fault.MISSING_NUMBER | Fault.RENAMED_FIELD | Fault.TIE | Fault.YEA_AND_PAIRED:
            return paths.vote_lists(code)
        case Fault.DUPLICATE:
            return (*paths.vote_lists(code), *paths.bill_lists(code))
        case Fault.CHANGED_STATUS_TEXT | Fault.LATE_FRENCH | Fault.PROVISIONAL_BILL:
            return paths.bill_lists(code)
        case Fault.SAME_DAY_FLOOR_CROSSING:
            return (*members, *roles)
        case Fault.BY_ELECTION:
            return (*members, *roles, *paths.vote_lists(code))
        case _:
            return ()


def _ballots_differ(
    fault: Fault, division: PlannedDivision, without: SessionView, alone: SessionView, targets: Targets
) -> bool:
    number, now = division.number, alone.ballots(division)
    if (fault, number) in ((Fault.MISSING_NUMBER, targets.missing), (Fault.RENAMED_FIELD, targets.renamed)):
        return True
    if without.result(division) != alone.result(division) or without.ballots(division) != now:
        return True
    crosser, leaver = targets.crossing.seat, targets.leaver
    has_crossed = without.party(crosser, division.at) != alone.party(crosser, division.at)
    has_left = without.person(leaver, division.at) != alone.person(leaver, division.at)
    return bool((has_crossed and now[crosser]) or (has_left and now[leaver]))
