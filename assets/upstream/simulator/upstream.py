"""The simulated upstream: answers Parliament's addresses from the story, with the active faults."""

from collections.abc import Collection, Mapping, Sequence

import cachebox

from assets.upstream import addresses
from assets.upstream.addresses import UpstreamRequest
from assets.upstream.server import Kind, UpstreamAnswer, not_found
from assets.upstream.simulator import delivery, effects
from assets.upstream.simulator.documents import bill_details, bill_lists, member_lists, member_roles, vote_lists
from assets.upstream.simulator.story.dates import terms_of
from assets.upstream.simulator.story.faults import Affected, Fault
from assets.upstream.simulator.story.people import houses_of
from assets.upstream.simulator.story.sessions import SessionStory, plan_session
from assets.upstream.simulator.story.targets import Targets, choose_targets
from assets.upstream.simulator.story.views import SessionView
from assets.upstream.simulator.story.votes import PlannedDivision, cast
from warehouse.model.keys import SessionCode

SMALLEST = {"members": 20, "bills": 12, "votes": 24}
"""With fewer, not every fault could have its own vote or bill."""
SIZES: dict[str, dict[str, int]] = {
    "small": SMALLEST,
    "medium": {"members": 120, "bills": 60, "votes": 80},
    "large": {"members": 338, "bills": 300, "votes": 400},
}
"""Seats, and bills and votes of each session; a real Parliament's are like the large one's."""
_KEPT_BODIES = 64
_CONTENT_TYPES = {
    "json": "application/json; charset=utf-8",
    "xml": "text/xml; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
_MARK = (("x-openpolicy-upstream", "simulated"),)


class SimulatedUpstream:
    """An invented Parliament. The same arguments give the same bytes, on every machine and at every call.

    Documents are built on request; a limited number of bodies and one byte for each seat and vote are kept.
    """

    def __init__(
        self,
        *,
        seed: int = 1867,
        sessions: Sequence[str] = ("90-1", "90-2", "91-1"),
        members: int = SIZES["medium"]["members"],
        bills: int = SIZES["medium"]["bills"],
        votes: int = SIZES["medium"]["votes"],
        faults: Collection[Fault] = frozenset(),
    ) -> None:
        """`members` seats; `bills` and `votes` of each session. The latest session is the current one.

        Raises:
            ValueError: smaller than `SMALLEST`, more than there are names for, or a session that could be real.
        """
        for name, size in (("members", members), ("bills", bills), ("votes", votes)):
            if size < SMALLEST[name]:
                raise ValueError(f"{size} {name} are too few; the simulator needs {SMALLEST[name]} at least.")
        self.faults = set(faults)
        """The active faults; a change takes effect with the next answer."""
        self.revision = 0
        self._seed = seed
        self._size = bills, votes
        self._terms = {term.code: term for term in terms_of(sessions)}
        self._houses = houses_of(seed, tuple(self._terms.values()), members)
        self._stories: dict[SessionCode, SessionStory] = {}
        self._targets: Targets | None = None
        self._casts: dict[tuple[SessionCode, int], bytes] = {}
        self._bodies: cachebox.LRUCache[object, UpstreamAnswer] = cachebox.LRUCache(_KEPT_BODIES)
        self._asked: dict[UpstreamRequest, int] = {}

    @property
    def kind(self) -> Kind:
        """Invented, never Parliament's own."""
        return "simulated"

    @property
    def current(self) -> SessionCode:
        """The session that still runs."""
        return next(reversed(self._terms))

    def sessions(self) -> list[SessionCode]:
        """All sessions, oldest first."""
        return list(self._terms)

    def persons_with_roles(self) -> None:
        """Everybody who ever sat has a roles document."""
        return

    def advance(self) -> int:
        """Let time pass in the current session: three more votes, progress of bills, and a correction of the ballots
        *and* totals of one older vote. Returns the new revision."""
        self.revision += 1
        return self.revision

    def targets(self) -> Targets:
        """Which votes, bills and members the faults hit."""
        if self._targets is None:
            self._targets = choose_targets(self._seed, self._story(self.current))
        return self._targets

    def affected(self, fault: Fault) -> Affected:
        """What the fault would affect now if it were the only one."""
        without, alone = self._view(self.current, ()), self._view(self.current, (fault,))
        return effects.affected(fault, without, alone, self.targets())

    def addresses(self) -> list[str]:
        """Path and query of every document that is published now."""
        return effects.documents(self._views(()))

    def answer(self, path: str, query: Mapping[str, str]) -> UpstreamAnswer:
        """The answer of Parliament's site at this address."""
        asked = addresses.asked(path, query)
        if asked is None:
            return not_found("The simulated Parliament has nothing at this address.")
        if asked.session is None:
            asked = asked._replace(session=self.current)  # lists without a session are about the current one
        key = asked, self.revision, frozenset(self.faults)
        answer = self._bodies.get(key)
        if answer is None:
            answer = self._bodies[key] = self._built(asked)
        if not self.faults or asked.session != self.current:
            return answer
        return delivery.delivered(asked, answer, self.faults, self.targets(), self._count)

    def _count(self, asked: UpstreamRequest) -> int:
        """The number of earlier requests for a document, for intermittent faults."""
        before = self._asked.get(asked, 0)
        self._asked[asked] = before + 1
        return before

    def _built(self, asked: UpstreamRequest) -> UpstreamAnswer:
        built = self._body(asked)
        if built is None:
            return not_found("The simulated Parliament does not publish this.")
        return UpstreamAnswer(200, built, _CONTENT_TYPES[asked.form], _MARK)

    def _body(self, asked: UpstreamRequest) -> bytes | None:
        if asked.source == addresses.MEMBERS:
            return self._members(asked)
        if asked.source == addresses.ROLES:
            return member_roles.as_xml([*self._latest().values()], asked.person, asked.lang)
        if asked.session not in self._terms:
            return None if asked.source == addresses.BILL_DETAIL else delivery.empty(asked)
        view = self._view(asked.session, self.faults)
        body: bytes | None = None
        match asked.source, asked.form:
            case addresses.BILLS, "json":
                body = bill_lists.as_json(view)
            case addresses.BILLS, _:
                body = bill_lists.as_xml(view)
            case addresses.BILL_DETAIL, "json":
                body = self._detail(view, asked)
            case addresses.VOTES, "xml":
                body = vote_lists.votes_xml(view, asked.lang)
            case addresses.BALLOTS, "csv" if asked.lang == "en":
                body = vote_lists.ballots_csv(view, asked.division)
            case addresses.BALLOTS, "xml":
                body = vote_lists.ballots_xml(view, asked.division, asked.lang)
        return body

    def _detail(self, view: SessionView, asked: UpstreamRequest) -> bytes | None:
        story = next((bill for bill, _ in view.bills() if bill.code == asked.bill), None)
        return bill_details.detail(view, story, asked.lang) if story else None

    def _members(self, asked: UpstreamRequest) -> bytes | None:
        """Each Parliament as its latest session knows it; French CSV was never seen, so there is none."""
        if asked.form == "csv" and asked.lang == "fr":
            return None
        latest = self._latest()
        if asked.parliament == "all":
            rows = member_lists.latest_tenures(list(latest.values()))
        elif asked.parliament:
            wanted = [view for parliament, view in latest.items() if str(parliament) == asked.parliament]
            rows = [row for view in wanted for row in member_lists.tenures(view)]
        else:
            rows = [row for row in member_lists.tenures(latest[self.current.parliament]) if row.to_on is None]
        return member_lists.as_csv(rows) if asked.form == "csv" else member_lists.as_xml(rows, asked.lang)

    def _latest(self) -> dict[int, SessionView]:
        """The latest view of each Parliament."""
        return {view.house.parliament: view for view in self._views(self.faults)}

    def _views(self, faults: Collection[Fault]) -> list[SessionView]:
        return [self._view(code, faults) for code in self._terms]

    def _view(self, code: SessionCode, faults: Collection[Fault]) -> SessionView:
        is_current = code == self.current
        targets = self.targets() if is_current else None
        return SessionView(
            self._story(code), self._cast, targets, frozenset(faults), self.revision if is_current else 0
        )

    def _story(self, code: SessionCode) -> SessionStory:
        if code not in self._stories:
            house = self._houses[code.parliament]
            self._stories[code] = plan_session(self._seed, self._terms[code], house, *self._size)
        return self._stories[code]

    def _cast(self, division: PlannedDivision) -> bytes:
        key = division.session, division.number
        if key not in self._casts:
            self._casts[key] = cast(self._seed, self._houses[division.session.parliament], division)
        return self._casts[key]
