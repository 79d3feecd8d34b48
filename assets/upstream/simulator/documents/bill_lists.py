"""LEGISinfo's bill list: 45 fields in Parliament's order, as JSON or XML, with constant ids and shifted times."""

from typing import Any

import msgspec

from assets.upstream.simulator.documents import xmltext
from assets.upstream.simulator.documents.bill_states import BillState, state_of
from assets.upstream.simulator.documents.xmltext import shifted_stamp
from assets.upstream.simulator.story import tables
from assets.upstream.simulator.story.bills import BillStory
from assets.upstream.simulator.story.dates import SimulatedSession
from assets.upstream.simulator.story.faults import Fault
from assets.upstream.simulator.story.tables import BilingualText
from assets.upstream.simulator.story.views import SessionView


def as_json(view: SessionView) -> bytes:
    """One line, one array."""
    return msgspec.json.encode(list_records(view))


def as_xml(view: SessionView) -> bytes:
    """`Bills/Bill`, without a namespace."""
    records = (xmltext.element("Bill", record.items()) for record in list_records(view))
    return xmltext.document("Bills", records, namespaces="")


def list_records(view: SessionView) -> list[dict[str, Any]]:
    """One record for each listed bill; with the fault DUPLICATE, one of them twice with different statuses."""
    session = session_text(view.story.term)
    twice = view.target(Fault.DUPLICATE)
    records: list[dict[str, Any]] = []
    for story, is_listed in view.bills():
        if is_listed:
            records.append(_record(view, state_of(view, story), session))
        if is_listed and twice is not None and twice.duplicated_bill == story.code:
            defeated = tables.STATUS_AFTER["HX"]
            records.append(records[-1] | {"CurrentStatusEn": defeated.en, "CurrentStatusFr": defeated.fr})
    return records


def session_text(term: SimulatedSession) -> BilingualText:
    """`90th Simulated Parliament, 1st session~November 18, 2024 to present`; the French has markup, as upstream."""
    parliament, number = term.code
    closed_en = tables.day_en(term.closed_on) if term.closed_on else "present"
    closed_fr = f"au {tables.day_fr(term.closed_on)}" if term.closed_on else "à aujourd'hui"
    return BilingualText(
        f"{_ordinal(parliament)} Simulated Parliament, {_ordinal(number)} session"
        f"~{tables.day_en(term.opened_on)} to {closed_en}",
        f"{parliament}<sup>e</sup> législature simulée, {number}<sup>{'re' if number == 1 else 'e'}</sup> session"
        f"~{tables.day_fr(term.opened_on)} {closed_fr}",
    )


def sponsor_text(story: BillStory) -> BilingualText:
    """The sponsor's name with the honorific in both languages."""
    name = story.sponsor.name
    if story.sponsor_seat is None:
        return BilingualText(f"Sen. {name}", f"Sén. {name}")
    return BilingualText(f"Hon. {name}", f"L’hon. {name}") if story.is_minister else BilingualText(name, name)


def _record(view: SessionView, state: BillState, session: BilingualText) -> dict[str, Any]:
    story, milestone = state.story, state.milestone
    major, event = tables.MILESTONES[milestone.kind], state.event(state.last)
    chamber_en, chamber_fr = tables.CHAMBERS[state.last.chamber]
    sponsor, texts, on = sponsor_text(story), state.texts(), state.last.at.date()
    return {
        "SearchScore": 1.0,
        "BillId": story.bill_id,
        "BillNumberPrefix": None,
        "BillNumber": 0,
        "BillNumberSuffix": None,
        "BillNumberFormatted": story.code,
        "LongTitleEn": story.title.en,
        "LongTitleFr": state.title_fr,
        "ShortTitleEn": story.short_title.en,
        "ShortTitleFr": state.short_title_fr,
        "LatestBillMilestoneId": major.id,
        "LatestCompletedMajorStageEn": major.en,
        "LatestCompletedMajorStageFr": major.fr,
        "LatestCompletedMajorStageChamberId": milestone.chamber,
        "DidReinstateFromPreviousSession": False,
        "PassedHouseFirstReadingDateTime": shifted_stamp(state.at("H1")),
        "PassedHouseSecondReadingDateTime": shifted_stamp(state.at("H2")),
        "PassedHouseThirdReadingDateTime": shifted_stamp(state.at("H3")),
        "PassedSenateFirstReadingDateTime": shifted_stamp(state.at("S1")),
        "PassedSenateSecondReadingDateTime": shifted_stamp(state.at("S2")),
        "PassedSenateThirdReadingDateTime": shifted_stamp(state.at("S3")),
        "ReceivedRoyalAssentDateTime": shifted_stamp(state.at("RA")),
        "ParlSessionCode": str(view.story.term.code),
        "ParlSessionEn": session.en,
        "ParlSessionFr": session.fr,
        "ParliamentNumber": view.story.term.code.parliament,
        "SessionNumber": view.story.term.code.number,
        "OriginatingChamberId": tables.HOUSE if story.prefix == "C" else tables.SENATE,
        "BillTypeId": 0,
        "BillTypeEn": story.type.en,
        "BillTypeFr": story.type.fr,
        "CurrentStatusId": 0,
        "CurrentStatusEn": state.status.en,
        "CurrentStatusFr": state.status.fr,
        "MinistryId": 0,
        "SponsorId": 0,
        "SponsorEn": sponsor.en,
        "SponsorFr": sponsor.fr,
        "PoliticalAffiliationId": 0,
        "IsFromCurrentSession": view.is_current,
        "Highlight": None,
        "LatestBillTextTypeId": texts[-1].id if texts else 0,
        "LatestActivityEn": f"{event.en} on {tables.day_en(on)} ({chamber_en})",
        "LatestActivityFr": f"{event.fr} le {tables.day_fr(on)} ({chamber_fr})",
        "LatestActivityDateTime": shifted_stamp(state.last.at),
    }


def _ordinal(number: int) -> str:
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
