"""The state of a bill on a day. List and detail both use it, so that they never disagree."""

import datetime as dt

import msgspec

from assets.upstream.simulator.story import tables
from assets.upstream.simulator.story.bills import BillStory, PlannedStep
from assets.upstream.simulator.story.faults import Fault
from assets.upstream.simulator.story.tables import CodedText, StepKind
from assets.upstream.simulator.story.views import SessionView

UNKNOWN_STATUS = CodedText(
    999, "Under contemplation in the House of Commons", "En contemplation à la Chambre des communes"
)


class BillState(msgspec.Struct, frozen=True):
    """A bill with its steps so far, at least its introduction."""

    story: BillStory
    steps: tuple[PlannedStep, ...]
    status: CodedText
    title_fr: str
    short_title_fr: str

    @property
    def last(self) -> PlannedStep:
        """The latest step."""
        return self.steps[-1]

    @property
    def milestone(self) -> PlannedStep:
        """The latest reading or assent, which LEGISinfo calls the latest completed major stage."""
        return next(step for step in reversed(self.steps) if step.kind in tables.MILESTONES)

    @property
    def is_law(self) -> bool:
        """Whether it received royal assent."""
        return self.last.kind == "RA"

    def at(self, kind: StepKind) -> dt.datetime | None:
        """When a step happened; null when it has not."""
        return next((step.at for step in self.steps if step.kind == kind), None)

    def event(self, step: PlannedStep) -> CodedText:
        """A first reading is an introduction only in the chamber where the bill begins."""
        if step.kind in ("H1", "S1"):
            return tables.INTRODUCED if step is self.steps[0] else tables.FIRST_READING
        return step.event

    def texts(self) -> list[CodedText]:
        """The published texts in time order; pro forma bills have none."""
        if self.story.is_pro_forma:
            return []
        texts = [tables.TEXT_FIRST]
        passed = "H3" if self.story.prefix == "C" else "S3"
        for step in self.steps:
            if step.kind == "HC" and step.is_amended:
                texts.append(tables.TEXT_AMENDED)
            elif step.kind == passed:
                texts.append(tables.TEXT_PASSED_HOUSE if passed == "H3" else tables.TEXT_PASSED_SENATE)
            elif step.kind == "RA":
                texts.append(tables.TEXT_ASSENT)
        return texts


def state_of(view: SessionView, story: BillStory) -> BillState:
    """The bill as the view sees it, with the faults that touch its status or its French."""
    steps = story.steps_by(view.horizon)
    status = _status(story, steps[-1].kind)
    changed = view.target(Fault.CHANGED_STATUS_TEXT)
    if changed is not None and changed.status_bill == story.code:
        status = UNKNOWN_STATUS
    late = view.target(Fault.LATE_FRENCH)
    if late is not None and late.late_french_bill == story.code:
        return BillState(story, steps, status, "", "")
    return BillState(story, steps, status, story.title.fr, story.short_title.fr)


def _status(story: BillStory, last: StepKind) -> CodedText:
    if story.is_pro_forma:
        return tables.PRO_FORMA
    if last == "H1":
        return tables.OUTSIDE_ORDER if story.type == tables.PRIVATE_MEMBER else tables.STATUS_AFTER["HP"]
    if (story.prefix, last) in (("S", "H3"), ("C", "S3")):
        return tables.AWAITING_ASSENT
    return tables.STATUS_AFTER[last]
