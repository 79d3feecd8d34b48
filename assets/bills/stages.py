"""The stages of a bill, from LEGISinfo's detail record."""

from collections.abc import Iterable

import msgspec

from assets.sources.legisinfo_bill_detail.parse import BillDetail, MessageRecord, StageRecord
from assets.sources.text import day
from warehouse.model.entities import Stage
from warehouse.model.keys import BillNumber, Chamber
from warehouse.model.vocabulary.codes import RESULTS, STAGE_STATES, STAGES, UNKNOWN

_CHAMBERS: dict[int, Chamber] = {1: "commons", 2: "senate"}


def stages_of(detail: BillDetail) -> tuple[Stage, ...]:
    """Every stage in the order a bill goes through them: chamber of origin, other chamber, messages, royal assent.

    The stage is read from its name: in the pre-study of House bills the Senate's ids belong to other stages (45-1
    C-20: id 60030 is second reading everywhere else and first reading there).
    """
    records = detail.bill_stages
    house = [_stage(record, "commons") for record in records.house_bill_stages]
    senate = [_stage(record, "senate") for record in records.senate_bill_stages]
    from_house = BillNumber.parse(detail.number_code).chamber == "commons"
    stages = [*house, *senate] if from_house else [*senate, *house]
    stages += [_message(message) for message in records.inter_chamber_messages or ()]
    stages += [_stage(record, None) for record in records.royal_assent]
    return tuple(_numbered(stages))


def _stage(record: StageRecord, chamber: Chamber | None) -> Stage:
    decision = (record.decisions or (None,))[-1]
    ended = record.end_of_stage_event and record.end_of_stage_event.event_end_date_time
    state = STAGE_STATES.code_of(record.state_name_en)
    if state is None:  # royal assent has no state of its own, only the event that ends it
        state = "completed" if ended else UNKNOWN
    return Stage(
        ordinal=0,
        chamber=chamber,
        stage=STAGES.code_of(record.bill_stage_name_en) or UNKNOWN,
        stage_en=record.bill_stage_name_en,
        stage_fr=record.bill_stage_name_fr,
        state=state,
        state_en=record.state_name_en,
        state_fr=record.state_name_fr,
        state_on=day(record.state_as_of_date or ended or None),
        committee_en=record.committee.committee_name_en if record.committee else None,
        committee_fr=record.committee.committee_name_fr if record.committee else None,
        division_number=decision.division_number if decision else None,
        decision=RESULTS.code_of(decision.decision_result_name_en) if decision else None,
    )


def _message(record: MessageRecord) -> Stage:
    return Stage(
        ordinal=0,
        chamber=_CHAMBERS.get(record.chamber_organization_id),
        stage="messages",
        stage_en=record.event_name_en,
        stage_fr=record.event_name_fr,
        state="completed",
        state_on=day(record.date),
    )


def _numbered(stages: Iterable[Stage]) -> Iterable[Stage]:
    return (msgspec.structs.replace(stage, ordinal=ordinal) for ordinal, stage in enumerate(stages, start=1))
