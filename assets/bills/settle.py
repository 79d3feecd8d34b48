"""Keeps the fields of bills that depend on other entities: outcomes (from sessions) and sponsors (from members)."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from assets.bills.outcomes import next_session, previous_session, with_outcome
from assets.bills.sponsors import Sponsors, sponsored, with_former
from warehouse.model.entities import Bill, Finding, Session
from warehouse.model.keys import SessionCode
from warehouse.postgres.aggregates.current import every_bill, every_member
from warehouse.postgres.aggregates.store import BILLS, Change, Incoming, store_sharded
from warehouse.postgres.catalog import loads, overrides
from warehouse.postgres.catalog.ballot_runs import sessions
from warehouse.runtime.clock import OTTAWA
from warehouse.stores import Stores

_SPONSOR = frozenset({"/sponsor_person_id", "/sponsor_name_en", "/sponsor_name_fr"})


class SettlementContext(msgspec.Struct, frozen=True):
    """The sessions, bills and people that a bill's outcome and sponsors follow from."""

    sessions: Mapping[str, Session]
    sponsors: Sponsors
    bills: Mapping[str, Mapping[str, Bill]]
    """By session and number."""

    def settled(self, item: Incoming[Bill]) -> Bill:
        """The bill with its sponsor, former sponsors and outcome."""
        is_held = next_session(item.root.session) in self.bills
        by_editor = any(ref.field == "/sponsor_person_id" for ref in item.provenance.overrides)
        bill = sponsored(item.root, self.sponsors, by_editor=by_editor)
        bill = self._after_reinstatement(bill)
        next_bills = self.bills[next_session(bill.session)] if is_held else None
        return with_outcome(bill, self.sessions, next_bills)

    def _after_reinstatement(self, bill: Bill) -> Bill:
        """A reinstated bill keeps the sponsors of the record before it."""
        before = previous_session(bill.session)
        old = self.bills.get(before, {}).get(bill.number) if before else None
        if not bill.is_reinstated or old is None:
            return bill
        inherited = with_former(bill, old, None).former_sponsors
        own = tuple(each for each in bill.former_sponsors if each.bill == bill.key)
        return msgspec.structs.replace(bill, former_sponsors=(*inherited, *own))


def context_of(stores: Stores, bills: Iterable[Incoming[Bill]]) -> SettlementContext:
    """The context for the bills of whole Parliaments; if a key appears twice, the last one counts."""
    by_session: dict[str, dict[str, Bill]] = {}
    for item in bills:
        if not item.root.provisional:
            by_session.setdefault(item.root.session, {})[item.root.number] = item.root
    known = {session.key: session for session in sessions(stores.catalog)}
    every = [bill for of_session in by_session.values() for bill in of_session.values()]
    return SettlementContext(known, Sponsors(every_member(stores.catalog), every), by_session)


def settle_incoming(stores: Stores, session: str, incoming: Sequence[Incoming[Bill]]) -> list[Incoming[Bill]]:
    """Complete bills that are about to be stored. A replaced sponsor is kept as a former sponsor."""
    parliament = SessionCode.parse(session).parliament
    kept = every_bill(stores.shards, parliament)
    old = {item.root.key: item for item in kept}
    followed = [_followed(item, old.get(item.root.key)) for item in incoming]
    context = context_of(stores, [*kept, *followed])
    return [Incoming(context.settled(item), item.provenance) for item in followed]


def _followed(item: Incoming[Bill], old: Incoming[Bill] | None) -> Incoming[Bill]:
    """The bill with its former sponsors. A sponsor that only an editor's override named is not one of them."""
    if old is None:
        return item
    if any(ref.field in _SPONSOR for ref in old.provenance.overrides):
        bill = msgspec.structs.replace(item.root, former_sponsors=old.root.former_sponsors)
    else:
        bill = with_former(item.root, old.root, item.provenance.fetched_at.astimezone(OTTAWA).date())
    return Incoming(bill, item.provenance)


def settle(stores: Stores, parliaments: Collection[int] | None = None) -> list[Change]:
    """Store bills whose outcome or sponsors have changed, of some Parliaments or of all, and record findings.

    The document that was read stays the source. A bill for which nothing has changed is not stored.
    """
    with overrides.kept_still(stores.catalog):
        return settle_for_editors(stores, parliaments)


def settle_for_editors(stores: Stores, parliaments: Collection[int] | None) -> list[Change]:
    """As `settle`, for callers that already hold the lock on overrides."""
    chosen = [None] if parliaments is None else sorted(parliaments)
    kept = [item for parliament in chosen for item in every_bill(stores.shards, parliament)]
    context = context_of(stores, kept)
    settled = [Incoming(context.settled(item), item.provenance) for item in kept]
    changed = [new for new, item in zip(settled, kept, strict=True) if new.root != item.root]
    changes = store_sharded(stores.shards, BILLS, changed)
    for session in {item.root.session for item in settled}:
        bills = [item.root for item in settled if item.root.session == session]
        loads.replace_findings(stores.catalog, f"sponsors/{session}", findings_of(session, bills, context.sponsors))
    return changes


def findings_of(session: str, bills: Iterable[Bill], sponsors: Sponsors) -> list[Finding]:
    """Findings about sponsors whose name fits several people or nobody; one for the whole session if the Parliament has
    no members."""
    parliament = SessionCode.parse(session).parliament
    found, unknown = [], []
    for bill in sorted(bills, key=lambda each: each.key):
        name = bill.sponsor_name_en or ""
        if bill.sponsor_basis == "ambiguous":
            persons = ", ".join(map(str, sponsors.persons(name, parliament)))
            message = f"The sponsor {name} may be any of the members {persons}; no PersonId is given."
            found.append(Finding(rule="sponsor_ambiguous", entity="bill", key=bill.key, message=message))
        elif bill.sponsor_basis == "unknown":
            unknown.append(bill)
    if unknown:
        names = sorted({bill.sponsor_name_en or "" for bill in unknown})
        shown = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
        message = f"{len(unknown)} bills of {session} name sponsors whom no list or ballot has with an id: {shown}."
        found.append(Finding(rule="sponsor_unknown", entity="session", key=session, message=message))
    return found
