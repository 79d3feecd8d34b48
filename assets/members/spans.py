"""A person's spans in the House, each with one riding and caucus, from ballots, lists and roles documents.

Ends that a source states are set here. Ends that follow from other members, or from missing ballots, are set in
`terms`.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from assets.members.seats import CaucusRole, MemberSeat, Run, normal
from warehouse.model.entities import EndSource, Finding
from warehouse.model.keys import session_order

ONE_DAY = dt.timedelta(days=1)
DivisionPlace = tuple[int, int]
"""A division in time: the session's order and the number."""


class Span(msgspec.Struct, kw_only=True):
    """An interval in the making."""

    person_id: int
    parliament: int
    caucus: str | None
    riding: str | None
    from_on: dt.date
    last_on: dt.date
    """The last proven day: that of a ballot, or the first day of a listed seat."""
    to_on: dt.date | None = None
    end_source: EndSource | None = None
    listed: bool = False
    first_ballot: DivisionPlace | None = None
    last_ballot: DivisionPlace | None = None

    @property
    def is_stated(self) -> bool:
        """A document of the House states the end."""
        return self.end_source in ("roles", "members")

    def end(self, to_on: dt.date, source: EndSource) -> None:
        """Set the end."""
        self.to_on, self.end_source = to_on, source


def spans_of(
    runs: Sequence[Run], seats: Sequence[MemberSeat], caucuses: Sequence[CaucusRole]
) -> tuple[list[Span], list[Finding]]:
    """The spans of one person in one Parliament, oldest first, and the findings.

    A roles document gives the exact days of terms and caucuses, and ballots only confirm them. Without one, the ballots
    show changes of caucus or riding, and the seat in a members list gives the first day (election day, before the first
    vote) and the last day if it has ended.
    """
    seats = merged(seats)
    findings: list[Finding] = []
    if any(seat.is_exact for seat in seats):
        spans = [span for seat in seats for span in _exact(seat, caucuses)]
        for run in sorted(runs, key=_in_time):
            findings += _confirm(run, spans)
    else:
        spans = _joined(runs)
        _cut(spans, seats)
        for seat in seats:
            findings += _place(seat, spans)
    return sorted(spans, key=lambda span: span.from_on), findings


def merged(seats: Iterable[MemberSeat]) -> list[MemberSeat]:
    """Merge seats with the same riding and first day, oldest first. A later list may know an end that an earlier one
    did not; an end in the roles document takes precedence."""
    found: dict[tuple[str, dt.date | None], MemberSeat] = {}
    for seat in seats:
        key = (normal(seat.record.riding), seat.record.from_on)
        old = found.get(key)
        if old is None:
            found[key] = seat
        elif old.record.to_on is None or (seat.is_exact and seat.record.to_on is not None):
            found[key] = msgspec.structs.replace(seat, is_exact=seat.is_exact or old.is_exact)
        elif seat.is_exact:
            found[key] = msgspec.structs.replace(old, is_exact=True)
    return sorted(found.values(), key=lambda seat: seat.record.from_on or dt.date.min)


def _in_time(run: Run) -> tuple[dt.date, str, int]:
    return run.first_on, run.session, run.first_number


def _exact(seat: MemberSeat, caucuses: Sequence[CaucusRole]) -> list[Span]:
    """Cut a term at each change of caucus. Days without a caucus role have the caucus of the seat."""
    record = seat.record
    assert record.from_on is not None, "a roles document gives every first day"
    last = record.to_on or dt.date.max
    inside = sorted(
        (role for role in caucuses if role.from_on < last and (role.to_on or dt.date.max) > record.from_on),
        key=lambda role: role.from_on,
    )
    cuts: list[tuple[dt.date, str | None]] = []
    at = record.from_on
    for role in inside:
        if role.from_on > at:
            cuts.append((at, record.caucus))
        cuts.append((max(role.from_on, record.from_on), role.caucus))
        at = min(role.to_on or last, last)
    if at < last or not cuts:
        cuts.append((at, record.caucus))
    spans: list[Span] = []
    for from_on, caucus in cuts:
        if spans and spans[-1].caucus == caucus:
            continue
        if spans:
            spans[-1].end(from_on, "roles")
        spans.append(
            Span(
                person_id=seat.person_id,
                parliament=seat.parliament,
                caucus=caucus,
                riding=record.riding,
                from_on=from_on,
                last_on=from_on,
                listed=True,
            )
        )
    if record.to_on is not None:
        spans[-1].end(record.to_on, seat.end_source)
    return [span for span in spans if span.to_on is None or span.to_on > span.from_on]


def _confirm(run: Run, spans: list[Span]) -> list[Finding]:
    """Assign the ballots of a run to the spans they fall in. The roles document may be older than the ballots, so a
    change after its last day becomes a new span."""
    findings: list[Finding] = []
    held = [span for span in spans if span.from_on <= run.last_on and (span.to_on is None or span.to_on > run.first_on)]
    if not held and all(normal(span.riding) != normal(run.riding) for span in spans):
        spans.append(_of_run(run))  # a seat won after the document was read
        return []
    if not held:
        message = f"The roles document has no seat from {run.first_on} to {run.last_on}, but there are ballots."
        return [_doubt("ballot_outside_term", run.person_id, message)]
    last = held[-1]
    is_other = normal(last.caucus) != normal(run.caucus) or normal(last.riding) != normal(run.riding)
    if is_other and last is spans[-1] and last.to_on is None and run.first_on > last.last_on:
        last.end(run.first_on, "change")
        spans.append(_of_run(run))
        return []
    if normal(last.riding) != normal(run.riding):
        message = f"The roles document has the riding {last.riding}, the ballots of that time {run.riding}."
        findings.append(_doubt("riding_differs_between_sources", run.person_id, message))
    elif all(normal(span.caucus) != normal(run.caucus) for span in held):
        message = f"The roles document has the caucus {last.caucus}, the ballots from {run.first_on} {run.caucus}."
        findings.append(_doubt("caucus_differs_between_sources", run.person_id, message))
    if any(all(not _holds(span, day) for span in spans) for day in (run.first_on, run.last_on)):
        message = f"There are ballots from {run.first_on} to {run.last_on}; the roles document has no seat on all days."
        findings.append(_doubt("ballot_outside_term", run.person_id, message))
    order = session_order(run.session)
    for span in held:
        span.first_ballot = min(span.first_ballot or (order, run.first_number), (order, run.first_number))
        span.last_ballot = max(span.last_ballot or (order, run.last_number), (order, run.last_number))
        span.last_on = max(span.last_on, min(run.last_on, (span.to_on or dt.date.max) - ONE_DAY))
    return findings


def _holds(span: Span, day: dt.date) -> bool:
    return span.from_on <= day and (span.to_on is None or day < span.to_on)


def _joined(runs: Iterable[Run]) -> list[Span]:
    """Join neighbouring runs of the same caucus and riding, over all sessions of one Parliament."""
    spans: list[Span] = []
    for run in sorted(runs, key=_in_time):
        if spans and (spans[-1].caucus, spans[-1].riding) == (run.caucus, run.riding):
            spans[-1].last_on = max(spans[-1].last_on, run.last_on)
            spans[-1].last_ballot = (session_order(run.session), run.last_number)
        else:
            spans.append(_of_run(run))
    return spans


def _cut(spans: list[Span], seats: Sequence[MemberSeat]) -> None:
    """Cut a span for which the lists have two seats in its riding: the member left and came back, and ballots alone do
    not show how long the riding was vacant."""
    for seat, following in pairwise(seats):
        ended, begun = seat.record.to_on, following.record.from_on
        riding = normal(seat.record.riding)
        if ended is None or begun is None or begun <= ended or normal(following.record.riding) != riding:
            continue
        for index, span in enumerate(spans):
            if normal(span.riding) == riding and span.from_on < ended and begun <= span.last_on:
                after = Span(
                    person_id=span.person_id,
                    parliament=span.parliament,
                    caucus=span.caucus,
                    riding=span.riding,
                    from_on=begun,
                    last_on=span.last_on,
                    listed=True,
                    last_ballot=span.last_ballot,
                )
                span.last_on, span.last_ballot = max(span.from_on, ended - ONE_DAY), span.first_ballot
                span.end(ended, seat.end_source)
                spans.insert(index + 1, after)
                break


def _of_run(run: Run) -> Span:
    order = session_order(run.session)
    return Span(
        person_id=run.person_id,
        parliament=run.parliament,
        caucus=run.caucus,
        riding=run.riding,
        from_on=run.first_on,
        last_on=run.last_on,
        first_ballot=(order, run.first_number),
        last_ballot=(order, run.last_number),
    )


def _place(seat: MemberSeat, spans: list[Span]) -> list[Finding]:
    """Apply a listed seat: extend the spans of its riding, or add a span if no ballot was cast."""
    record = seat.record
    same = [index for index, span in enumerate(spans) if normal(span.riding) == normal(record.riding)]
    if same:
        return _lengthen(seat, spans, same)
    if record.from_on is None:
        message = f"The list gives no first day of the seat {record.riding}."
        return [_doubt("seat_without_start", seat.person_id, message)]
    if spans and record.from_on <= spans[-1].last_on:
        ridings = ", ".join(dict.fromkeys(span.riding or "none" for span in spans))
        message = f"The members list has the riding {record.riding}, the ballots of that time {ridings}."
        return [_doubt("riding_differs_between_sources", seat.person_id, message)]
    span = Span(
        person_id=seat.person_id,
        parliament=seat.parliament,
        caucus=record.caucus,
        riding=record.riding,
        from_on=record.from_on,
        last_on=record.from_on,
        listed=True,
    )
    if record.to_on is not None:
        span.end(record.to_on, seat.end_source)
    spans.append(span)
    return []


def _lengthen(seat: MemberSeat, spans: list[Span], same: Sequence[int]) -> list[Finding]:
    record, first, last = seat.record, same[0], spans[same[-1]]
    if record.to_on is not None:  # a seat at whose end a span was cut
        last = next((spans[index] for index in same if spans[index].to_on == record.to_on), last)
    is_free = first == 0 or (record.from_on is not None and spans[first - 1].last_on < record.from_on)
    if record.from_on is not None and record.from_on <= spans[first].from_on and is_free:
        spans[first].from_on, spans[first].listed = record.from_on, True
    if record.to_on is None:
        return []
    if (
        last.to_on != record.to_on
        and record.to_on <= last.last_on
        and (record.from_on is None or record.from_on <= last.from_on)
    ):
        message = f"The members list ends the seat on {record.to_on - ONE_DAY}, but a ballot is of {last.last_on}."
        return [_doubt("ballot_after_seat_end", seat.person_id, message)]
    if record.to_on > last.last_on:
        last.end(record.to_on, seat.end_source)
        last.listed = True
    return []


def _doubt(rule: str, person_id: int, message: str) -> Finding:
    return Finding(rule=rule, entity="member", key=str(person_id), message=message)
