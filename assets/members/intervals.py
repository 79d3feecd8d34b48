"""The half-open intervals in which one person sat for a riding in a caucus, out of ballots and members lists."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from assets.members.seats import Run, Seat, normal
from warehouse.model.entities import Finding, Membership

ONE_DAY = dt.timedelta(days=1)


class Span(msgspec.Struct, kw_only=True):
    """An interval in the making. `last_on` is the last day a ballot proves; `to_on` an end that a list states."""

    parliament: int
    caucus: str | None
    riding: str | None
    from_on: dt.date
    last_on: dt.date
    to_on: dt.date | None = None
    listed: bool = False
    voted: bool = True


def memberships_of(
    runs: Sequence[Run],
    seats: Sequence[Seat],
    last_days: Mapping[int, dt.date | None],
    province_of: Mapping[str, str],
) -> tuple[list[Membership], list[Finding]]:
    """Every membership of one person, oldest first, none overlapping another.

    A change of caucus or riding shows in the ballots: the interval ends on the day the next one begins. Days are the
    resolution, so what lasted only within one day is dropped with a finding; the ballots themselves keep it. A seat in
    a members list gives the first day (election day, before the first vote) and, if it has ended, the last one. The
    last interval of a Parliament that is over ends with its last known session, `last_days`.
    """
    spans: list[Span] = []
    findings: list[Finding] = []
    for parliament in sorted({run.parliament for run in runs} | {seat.parliament for seat in seats}):
        own = _spans([run for run in runs if run.parliament == parliament])
        for seat in merged([seat for seat in seats if seat.parliament == parliament]):
            findings += _place(seat, own)
        _close(own, last_days[parliament])
        spans += own
    spans.sort(key=lambda span: (span.from_on, span.parliament))
    memberships, too_short = _memberships(spans, province_of)
    person_id = (runs[0] if runs else seats[0]).person_id
    return memberships, [*findings, *(_dropped(person_id, span) for span in too_short)]


def merged(seats: Iterable[Seat]) -> list[Seat]:
    """One seat a riding and first day, oldest first: a later list may know the end that an earlier one did not."""
    found: dict[tuple[str, dt.date | None], Seat] = {}
    for seat in seats:
        key = (normal(seat.record.riding), seat.record.from_on)
        if key not in found or found[key].record.to_on is None:
            found[key] = seat
    return sorted(found.values(), key=lambda seat: seat.record.from_on or dt.date.min)


def _spans(runs: Iterable[Run]) -> list[Span]:
    """The runs with neighbours of the same caucus and riding joined, over all sessions of one Parliament."""
    spans: list[Span] = []
    for run in sorted(runs, key=lambda run: (run.first_on, run.session, run.first_number)):
        if spans and (spans[-1].caucus, spans[-1].riding) == (run.caucus, run.riding):
            spans[-1].last_on = max(spans[-1].last_on, run.last_on)
        else:
            spans.append(
                Span(
                    parliament=run.parliament,
                    caucus=run.caucus,
                    riding=run.riding,
                    from_on=run.first_on,
                    last_on=run.last_on,
                )
            )
    return spans


def _place(seat: Seat, spans: list[Span]) -> list[Finding]:
    """Use a listed seat: it lengthens the spans of its riding, or is a span of its own where no ballot was cast."""
    record = seat.record
    same = [index for index, span in enumerate(spans) if normal(span.riding) == normal(record.riding)]
    if same:
        return _lengthen(seat, spans, same)
    if record.from_on is None:
        return [_finding("seat_without_start", seat, f"The list gives no first day of the seat {record.riding}.")]
    if spans and record.from_on <= spans[-1].last_on:
        ridings = ", ".join(dict.fromkeys(span.riding or "none" for span in spans))
        message = f"The members list has the riding {record.riding}, the ballots of that time {ridings}."
        return [_finding("riding_differs_between_sources", seat, message)]
    span = Span(
        parliament=seat.parliament,
        caucus=record.caucus,
        riding=record.riding,
        from_on=record.from_on,
        last_on=record.from_on,
        to_on=record.to_on,
        listed=True,
        voted=False,
    )
    spans.append(span)
    return []


def _lengthen(seat: Seat, spans: list[Span], same: Sequence[int]) -> list[Finding]:
    record, first, last = seat.record, same[0], spans[same[-1]]
    is_free = first == 0 or (record.from_on is not None and spans[first - 1].last_on < record.from_on)
    if record.from_on is not None and record.from_on <= spans[first].from_on and is_free:
        spans[first].from_on, spans[first].listed = record.from_on, True
    if record.to_on is None:
        return []
    if record.to_on <= last.last_on and (record.from_on is None or record.from_on <= last.from_on):
        message = f"The members list ends the seat on {record.to_on - ONE_DAY}, but a ballot is of {last.last_on}."
        return [_finding("ballot_after_seat_end", seat, message)]
    if record.to_on > last.last_on:
        last.to_on, last.listed = record.to_on, True
    return []


def _close(spans: list[Span], last_day: dt.date | None) -> None:
    if spans and spans[-1].to_on is None and last_day is not None:
        spans[-1].to_on = max(last_day, spans[-1].last_on) + ONE_DAY


def _memberships(spans: Sequence[Span], province_of: Mapping[str, str]) -> tuple[list[Membership], list[Span]]:
    kept: list[Membership] = []
    too_short: list[Span] = []
    for index, span in enumerate(spans):
        after = spans[index + 1].from_on if index + 1 < len(spans) else None
        ends = [day for day in (span.to_on, after) if day is not None]
        to_on = min(ends, default=None)
        if to_on is not None and to_on <= span.from_on:
            too_short.append(span)
            continue
        kept.append(
            Membership(
                parliament=span.parliament,
                caucus=span.caucus,
                riding=span.riding,
                province=province_of.get(span.riding or ""),
                from_on=span.from_on,
                to_on=to_on,
                source=("both" if span.listed else "ballots") if span.voted else "members",
            )
        )
    return kept, too_short


def _dropped(person_id: int, span: Span) -> Finding:
    message = f"{span.caucus} for {span.riding} on {span.from_on} lasted only within that day; see the ballots."
    return Finding(rule="membership_within_one_day", entity="member", key=str(person_id), message=message)


def _finding(rule: str, seat: Seat, message: str) -> Finding:
    return Finding(rule=rule, entity="member", key=str(seat.person_id), message=message)
