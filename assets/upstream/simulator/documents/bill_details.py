"""LEGISinfo's detail record of one bill: an array of one object with its 135 fields; times are Ottawa's, unshifted."""

import msgspec

from assets.upstream.addresses import Language
from assets.upstream.simulator.documents.bill_stages import (
    Record,
    bill_stages,
    ongoing,
    said,
    sitting_number,
    vote_detail,
)
from assets.upstream.simulator.documents.bill_states import BillState, state_of
from assets.upstream.simulator.documents.xmltext import local_stamp
from assets.upstream.simulator.story import tables
from assets.upstream.simulator.story.bills import BillStory
from assets.upstream.simulator.story.faults import Fault
from assets.upstream.simulator.story.tables import CodedText
from assets.upstream.simulator.story.views import SessionView

_MEMBER = CodedText(2, "Member of Parliament", "député(e)")
_SENATOR = CodedText(3, "Senator", "sénateur")
_MINISTER = CodedText(4, "Minister", "ministre")
_REGULAR = CodedText(10, "Regular", "Ordinaire")
_PRO_FORMA = CodedText(15, "Pro forma", "Pro forma")


def detail(view: SessionView, story: BillStory, lang: Language) -> bytes:
    """The record in the array it comes in."""
    state = state_of(view, story)
    record = (
        _identity(view, state, lang)
        | _stages(view, state, lang)
        | _type(story, lang)
        | _sponsor(view, story, lang)
        | _latest_event(view, state, lang)
        | _progress(view, state)
        | _texts(state, lang)
        | {"BillStages": bill_stages(view, state, lang)}
        | _collections(view, state, lang)
    )
    renamed = view.target(Fault.RENAMED_FIELD)
    if renamed is not None and renamed.renamed_bill == story.code:
        record = {name if name != "NumberCode" else "BillNumberCode": value for name, value in record.items()}
    return msgspec.json.encode([record])


def _identity(view: SessionView, state: BillState, lang: Language) -> Record:
    story, code, stage = state.story, view.story.term.code, tables.MILESTONES[state.milestone.kind]
    where = f" in the {tables.CHAMBERS[state.milestone.chamber][0]}"
    return {
        "Id": story.bill_id,
        "NumberCode": story.code,
        "NumberPrefix": story.prefix,
        "Number": story.number,
        **said("LongTitle", story.title.en, state.title_fr, lang),
        **said("ShortTitle", story.short_title.en, state.short_title_fr, lang),
        "StatusId": state.status.id,
        **said("StatusName", state.status.en, state.status.fr, lang),
        "LatestCompletedMajorStageId": stage.id,
        **said("LatestCompletedMajorStageName", stage.en, stage.fr, lang),
        "LatestCompletedMajorStageNameWithChamberSuffix": stage.en + ("" if state.is_law else where),
        "IsInSenatePreStudy": False,
        "LatestCompletedMajorStageChamberOrganizationId": state.milestone.chamber,
        **said("LatestCompletedMajorStageChamberName", *tables.CHAMBERS[state.milestone.chamber], lang),
        "ParliamentNumber": code.parliament,
        "SessionNumber": code.number,
    }


def _stages(view: SessionView, state: BillState, lang: Language) -> Record:
    _, now = ongoing(state)
    done = next(step for step in reversed(state.steps) if step.has_passed)
    stage = tables.STAGE_OF[done.kind]
    return {
        "OngoingStageId": now.id,
        **said("OngoingStageName", now.en, now.fr, lang),
        "LatestCompletedBillStageId": stage.id,
        **said("LatestCompletedBillStageName", stage.en, stage.fr, lang),
        "LatestCompletedBillStageChamberOrganizationId": done.chamber,
        **said("LatestCompletedBillStageChamberName", *tables.CHAMBERS[done.chamber], lang),
        "LatestCompletedBillStageDateTime": local_stamp(done.at),
        "IsSessionOngoing": view.is_current,
    }


def _type(story: BillStory, lang: Language) -> Record:
    origin = tables.HOUSE if story.prefix == "C" else tables.SENATE
    form = _PRO_FORMA if story.is_pro_forma else _REGULAR
    return {
        "BillDocumentTypeId": story.type.id,
        **said("BillDocumentTypeName", story.type.en, story.type.fr, lang),
        "IsGovernmentBill": story.type in (tables.GOVERNMENT, tables.SENATE_GOVERNMENT),
        "OriginatingChamberOrganizationId": origin,
        **said("OriginatingChamberName", *tables.CHAMBERS[origin], lang),
        "IsHouseBill": origin == tables.HOUSE,
        "IsSenateBill": origin == tables.SENATE,
        "IsProForma": story.is_pro_forma,
        "BillFormId": form.id,
        **said("BillFormName", form.en, form.fr, lang),
    }


def _sponsor(view: SessionView, story: BillStory, lang: Language) -> Record:
    person, seat = story.sponsor, story.sponsor_seat
    riding = None if seat is None else view.house.seats[seat].riding
    role = _MINISTER if story.is_minister else _SENATOR if riding is None else _MEMBER
    title_fr = {_SENATOR: "sénatrice" if person.is_woman else "sénateur", _MINISTER: "ministre"}.get(
        role, "députée" if person.is_woman else "député"
    )
    return {
        "SponsorSenateSystemAffiliationId": person.person_id if riding is None else None,
        "SponsorPersonId": person.person_id,
        "SponsorPersonOfficialFirstName": person.first,
        "SponsorPersonOfficialLastName": person.last,
        "SponsorPersonUsualFirstName": "",
        "SponsorPersonMiddleName": "",
        "SponsorPersonName": person.name,
        **said("SponsorPersonShortHonorific", *(("Hon.", "L’hon.") if story.is_minister else ("", "")), lang),
        **said("SponsorAffiliationTitle", role.en, title_fr, lang),
        "SponsorAffiliationRoleId": role.id,
        **said("SponsorAffiliationRoleName", role.en, role.fr, lang),
        "SponsorConstituencyId": riding.riding_id if riding else 0,
        **said("SponsorConstituencyName", *((riding.name_en, riding.name_fr) if riding else ("", "")), lang),
    }


def _latest_event(view: SessionView, state: BillState, lang: Language) -> Record:
    last, event = state.last, state.event(state.last)
    return {
        "LatestBillEventEventTypeId": event.id,
        **said("LatestBillEventTypeName", event.en, event.fr, lang),
        "LatestBillEventStageId": tables.STAGE_OF[last.kind].id,
        "LatestBillEventCommitteeDetails": None,
        "LatestBillEventDateTime": local_stamp(last.at),
        "LatestBillEventChamberOrganizationId": last.chamber,
        **said("LatestBillEventChamberName", *tables.CHAMBERS[last.chamber], lang),
        "LatestBillEventNumberOfAmendments": 0,
        "LatestBillEventAmendmentNoteId": 0,
        "LatestBillEventMeetingNumber": sitting_number(view, last.at.date()),
        **said("LatestBillEventAdditionalInformation", "", "", lang),
    }


def _progress(view: SessionView, state: BillState) -> Record:
    first, second = ("H", "S") if state.story.prefix == "C" else ("S", "H")
    passed = {step.kind for step in state.steps}
    return {
        "PassedHouseFirstReadingDateTime": local_stamp(state.at("H1")),
        "PassedHouseSecondReadingDateTime": local_stamp(state.at("H2")),
        "PassedHouseThirdReadingDateTime": local_stamp(state.at("H3")),
        "PassedSenateFirstReadingDateTime": local_stamp(state.at("S1")),
        "PassedSenateSecondReadingDateTime": local_stamp(state.at("S2")),
        "PassedSenateThirdReadingDateTime": local_stamp(state.at("S3")),
        "ReceivedRoyalAssentDateTime": local_stamp(state.at("RA")),
        "DidReinstateFromPreviousSession": False,
        "ReinstatedFromBillDocumentId": None,
        "ReinstatedFromBillNumberCode": None,
        "DidReinstateInNextSession": False,
        "ReinstatedAsBillDocumentId": None,
        "ReinstatedAsBillNumberCode": None,
        "PassedFirstChamberFirstReading": f"{first}1" in passed,
        "PassedFirstChamberSecondReading": f"{first}2" in passed,
        "PassedFirstChamberThirdReading": f"{first}3" in passed,
        "PassedSecondChamberFirstReading": f"{second}1" in passed,
        "PassedSecondChamberSecondReading": f"{second}2" in passed,
        "PassedSecondChamberThirdReading": f"{second}3" in passed,
        "ReceivedRoyalAssent": state.is_law,
        "ConsideredDuringPreviousSitting": state.last.at.date() == view.horizon.date(),
        "StatuteYear": state.last.at.year if state.is_law else None,
        "StatuteChapter": state.story.chapter if state.is_law else None,
    }


def _texts(state: BillState, lang: Language) -> Record:
    is_amended = any(step.is_amended for step in state.steps)
    notes = ("<div>Amended in committee.</div>", "<div>Modifié en comité.</div>") if is_amended else ("", "")
    return {
        **said("Notes", *notes, lang),
        **said("ShortLegislativeSummary", *_summary(state), lang),
        "IsFullLegislativeSummaryAvailable": False,
    }


def _summary(state: BillState) -> tuple[str | None, str | None]:
    """The Library of Parliament summarizes few bills; here, every sixth one with a short title."""
    story = state.story
    if not story.short_title.en or story.bill_id % 6:
        return None, None
    return (
        f"<div>The following is a short summary:<br/><br/>{story.title.en}. Nothing in it is real.</div>",
        f"<div>En voici un court résumé :<br/><br/>{state.title_fr}. Rien n’y est vrai.</div>",
    )


def _collections(view: SessionView, state: BillState, lang: Language) -> Record:
    decided = [view.division(step.division) for step in state.steps if step.division is not None]
    return {
        "Publications": [
            {
                "PublicationId": state.story.bill_id * 10 + number,
                "PublicationTypeId": text.id,
                **said("PublicationTypeName", text.en, text.fr, lang),
            }
            for number, text in enumerate(state.texts())
        ],
        "HouseVoteDetails": [vote_detail(view, division, lang) for division in decided if division is not None],
        "SenateVoteDetails": [],
        "HouseRulingAndStatements": [],
        "SenateRulingAndStatements": [],
        "WebReferences": [],
        "BibliographicNotices": [],
        "SenatePreStudyCommitteeDetails": None,
        "SimilarBills": None,
        "IsDroppedFromSenateOrderPaper": False,
    }
