"""The stages inside a bill's detail record: every stage of both chambers, reached or not, with its decision."""

import datetime as dt
from bisect import bisect_left
from typing import Any

from assets.upstream.addresses import Language
from assets.upstream.simulator.documents.bill_states import BillState
from assets.upstream.simulator.documents.xmltext import local_stamp
from assets.upstream.simulator.story import tables
from assets.upstream.simulator.story.bills import PlannedStep
from assets.upstream.simulator.story.tables import CodedText
from assets.upstream.simulator.story.views import SessionView
from assets.upstream.simulator.story.votes import PlannedDivision

Record = dict[str, Any]


def said(name: str, en: str | None, fr: str | None, lang: Language) -> Record:
    """A text three times, as LEGISinfo does: English, French, and the request's language."""
    return {f"{name}En": en, f"{name}Fr": fr, name: fr if lang == "fr" else en}


def sitting_number(view: SessionView, day: dt.date) -> str:
    """The number of the sitting on a day, in upstream's text form."""
    return str(bisect_left(view.story.days, day) + 1)


def bill_stages(view: SessionView, state: BillState, lang: Language) -> Record:
    """`BillStages`, as if nothing ever went back and forth between the chambers."""
    house = [_stage(view, state, tables.HOUSE, stage, lang) for stage in tables.HOUSE_STAGES]
    senate = [_stage(view, state, tables.SENATE, stage, lang) for stage in tables.SENATE_STAGES]
    return {
        "BillId": 0,
        "HouseBillStages": house,
        "SenateBillStages": senate,
        "RoyalAssent": [_stage(view, state, tables.SENATE, tables.ASSENT, lang)] if state.is_law else [],
        "HouseAdditionalInformation": [],
        "SenateAdditionalInformation": [],
        "InterChamberMessages": [],
    }


def vote_detail(view: SessionView, division: PlannedDivision, lang: Language) -> Record:
    """One of `HouseVoteDetails`; its time is the start of the sitting."""
    yeas, nays, paired = view.announced(division)
    result = view.result(division)
    return {
        "BillDocumentId": 0,
        "DivisionNumber": division.number,
        **said("DivisionSubject", division.subject.en, division.subject.fr, lang),
        "DivisionVotesYeas": yeas,
        "DivisionVotesNays": nays,
        "DivisionVotePaired": paired,
        "DivisionVoteTotal": yeas + nays + paired,
        "DecisionResultId": result.id,
        **said("DecisionResultName", result.en, result.fr, lang),
        "DecisionDateTime": f"{division.at.date()}T10:00:00",
        "IsAgreedTo": result == tables.AGREED,
        "IsNegatived": result == tables.NEGATIVED,
        "IsTied": result == tables.TIE,
        "OrganizationId": 0,
    }


def _stage(view: SessionView, state: BillState, chamber: int, stage: CodedText, lang: Language) -> Record:
    steps = [step for step in state.steps if step.chamber == chamber and tables.STAGE_OF[step.kind] == stage]
    ending = next((step for step in steps if step.has_passed), None)
    progress = _progress(state, chamber, stage, steps)
    is_reached = progress != tables.NOT_REACHED
    code = view.story.term.code
    state_id, state_en, state_fr = progress.id, progress.en, progress.fr + ("" if stage == tables.COMMITTEE else "e")
    if progress == tables.NO_ACTIVITY:
        state_fr = progress.fr
    is_assent = stage == tables.ASSENT
    return {
        "BillStageId": stage.id,
        **said("BillStageName", stage.en, stage.fr, lang),
        "ChamberOrganizationId": chamber if is_reached else 0,
        "ParliamentNumber": code.parliament if is_reached else 0,
        "SessionNumber": code.number if is_reached else 0,
        "State": 0 if is_assent else state_id,
        "StateNameEn": None if is_assent else state_en,
        "StateNameFr": None if is_assent else state_fr,
        "StateAsOfDate": local_stamp(ending.at) if ending and not is_assent else None,
        "StateName": None if is_assent else said("", state_en, state_fr, lang)[""],
        "Committee": _committee(state, chamber, lang) if is_reached and _has_committee(stage, ending) else None,
        "Sittings": [_sitting(view, state, step, lang) for step in steps],
        "Decisions": [_decision(view, step, lang) for step in steps if _is_decision(step)],
        "CommitteeMeetings": [],
        "SignificantEvents": [_significant(state, step, lang) for step in steps],
        "EndOfStageEvent": _end(state, ending, lang) if ending else None,
        "StageEventCount": len(steps),
        "LastStageEventStartDateTime": local_stamp(steps[-1].at) if steps else None,
        "Speeches": None,
        "ContainsReferralToCommitteeEvent": any(step.kind == "S2" for step in steps),
        "ContainsRecommittalOfBillEvent": False,
    }


def _progress(state: BillState, chamber: int, stage: CodedText, steps: list[PlannedStep]) -> CodedText:
    """Completed, not completed (a defeat), the stage in which the bill is waiting, or not reached."""
    if any(step.has_passed for step in steps):
        return tables.COMPLETED
    if any(step.kind == "HX" for step in steps):
        return tables.NOT_COMPLETED
    return tables.NO_ACTIVITY if (chamber, stage) == ongoing(state) else tables.NOT_REACHED


def ongoing(state: BillState) -> tuple[int, CodedText]:
    """The chamber and stage of the bill: that after its latest step, if there is one."""
    last = state.last
    here = last.chamber, tables.STAGE_OF[last.kind]
    if state.story.is_pro_forma or state.status == tables.OUTSIDE_ORDER or last.kind in ("HP", "HX", "H3", "S3", "RA"):
        return here
    stages = tables.HOUSE_STAGES if last.chamber == tables.HOUSE else tables.SENATE_STAGES
    return last.chamber, stages[stages.index(here[1]) + 1]


def _has_committee(stage: CodedText, ending: PlannedStep | None) -> bool:
    return stage == tables.COMMITTEE or (stage == tables.SECOND and ending is not None)


def _committee(state: BillState, chamber: int, lang: Language) -> Record:
    committees = tables.HOUSE_COMMITTEES if chamber == tables.HOUSE else tables.SENATE_COMMITTEES
    committee_id, acronym, en, fr = committees[state.story.committee % len(committees)]
    return {
        "BillDocumentId": 0,
        "CommitteeOrganizationId": committee_id,
        "CommitteeNameEn": en,
        "CommitteeNameFr": fr,
        "CommitteeAcronym": acronym,
        "CommitteeName": fr if lang == "fr" else en,
        "StudyActivityId": None,
        "OrganizationTypeId": 6 if chamber == tables.HOUSE else None,
        "ParentCommittee": None,
        "IsSubCommittee": False,
        "IsHouseOfCommonsCommittee": True,
        "IsSenateCommittee": False,
        "IsJointCommittee": False,
    }


def _sitting(view: SessionView, state: BillState, step: PlannedStep, lang: Language) -> Record:
    event = state.event(step)
    return {
        **said("Name", event.en, event.fr, lang),
        "Number": sitting_number(view, step.at.date()),
        "Date": f"{step.at.date()}T00:00:00",
        **said("AdditionalInformation", None, None, lang),
        "IsPublished": step.chamber == tables.HOUSE,
    }


def _is_decision(step: PlannedStep) -> bool:
    return step.division is not None or step.kind in ("H2", "HR", "H3")


def _decision(view: SessionView, step: PlannedStep, lang: Language) -> Record:
    """A House decision: by recorded division, or on division, which leaves no names."""
    division = view.division(step.division) if step.division else None
    result = view.result(division) if division else tables.AGREED
    method = tables.RECORDED if division else tables.ON_DIVISION
    yeas, nays, paired = view.announced(division) if division else (None, None, None)
    motion = tables.MOTIONS[tables.STAGE_OF[step.kind]]
    return {
        "DecisionProceduralEventId": 0,
        "DecisionMotionDocumentId": 0,
        **said("DecisionMotionTitle", motion.en, motion.fr, lang),
        "DecisionResultId": result.id,
        **said("DecisionResultName", result.en, result.fr, lang),
        "DecisionMethodId": method.id,
        **said("DecisionMethodName", method.en, method.fr, lang),
        "DivisionNumber": division.number if division else None,
        "DivisionVotesYeas": yeas,
        "DivisionVotesNays": nays,
        "DivisionVotePaired": paired,
        "DecisionSittingDate": f"{step.at.date()}T00:00:00",
        "DecisionSittingNumber": sitting_number(view, step.at.date()),
    }


def _significant(state: BillState, step: PlannedStep, lang: Language) -> Record:
    event = state.event(step)
    return {
        "EventTypeId": event.id,
        "BillDocumentId": 0,
        **said("EventName", event.en, event.fr, lang),
        "EventDateTime": f"{step.at.date()}T00:00:00" if step.chamber == tables.HOUSE else local_stamp(step.at),
        "IsCompletionOfBillStage": step.has_passed,
        "IsDefeatedEvent": step.kind == "HX",
        "CommitteeReportId": None,
        "CommitteeReportNumber": None,
        **said("AdditionalInformation", "", "", lang),
        "MeetingEventId": None,
        "AmendmentNoteId": None,
    }


def _end(state: BillState, step: PlannedStep, lang: Language) -> Record:
    event = state.event(step)
    return {
        "EventTypeId": event.id,
        **said("EventTypeName", event.en, event.fr, lang),
        "EventStartDateTime": local_stamp(step.at),
        "EventEndDateTime": local_stamp(step.at),
    }
