"""Answers that used to stop a load: each costs its own document, and the rest loads."""

from collections.abc import Mapping

import pytest

from assets.upstream.server import UpstreamAnswer
from assets.upstream.simulator import SimulatedUpstream
from tests.support.upstream.ingestion import Installation
from warehouse.runtime.printable import printable
from warehouse.workers.upkeep.verify import verify

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
OLD, NEW = "90-1", "91-1"


class Hostile(SimulatedUpstream):
    """A simulated Parliament that gives other answers at some paths of its newest session."""

    def __init__(self, **answers: UpstreamAnswer) -> None:
        super().__init__(seed=7, sessions=(OLD, NEW), members=20, bills=12, votes=24)
        self.answers = answers

    def answer(self, path: str, query: Mapping[str, str]) -> UpstreamAnswer:
        """The hostile answer where there is one."""
        for part, answer in self.answers.items():
            if part in path and (query.get("parlSession", query.get("parlsession", NEW)) == NEW):
                return answer
        return super().answer(path, query)


NESTED = UpstreamAnswer(200, b"[" * 200_000)
ASTRAY = UpstreamAnswer(302, b"", headers=(("location", "http://[::1/"),))
MEMBERS_OF_BALLOTS = 20


@pytest.mark.parametrize("answer", [NESTED, ASTRAY], ids=["nested", "astray"])
def test_one_document_of_each_kind_holds_back_its_session_and_kind_only(
    installation: Installation, answer: UpstreamAnswer
) -> None:
    report = installation.ingest(
        Hostile(**{"/legisinfo/en/bills": answer, "/members/en/votes/xml": answer, "/members/en/search/csv": answer})
    )
    sessions = installation.ask("select session, count(*) from vote_list where live_to is null group by 1")
    assert dict(sessions) == {OLD: 24}
    bills = installation.ask("select session, count(*) from bill_list where live_to is null group by 1")
    assert dict(bills)[OLD] == 12
    assert installation.ask("select count(*) >= 20 from member_list where live_to is null") == [(True,)]
    missing = {each.what[0] for each in report.held_back}
    assert {f"the bills of {NEW}", f"the votes of {NEW}", "what one list of members says"} <= missing
    assert all(each.line.isprintable() for each in report.held_back)
    assert all(each.session in {NEW, ""} for each in report.held_back)
    assert verify(installation.catalog, installation.shards).clean
    healed = installation.ingest(Hostile())
    assert healed.held_back == []
    assert healed.verdict == "Every document was used."
    sessions = installation.ask("select session, count(*) from vote_list where live_to is null group by 1")
    assert dict(sessions) == {OLD: 24, NEW: 24}


def test_hidden_characters_reach_no_table(installation: Installation) -> None:
    plain = Hostile().answer("/members/en/search/xml", {})
    ballots = Hostile().answer("/members/en/votes/91/1/1/csv", {})
    instead = Hostile().answer("/members/en/votes/91/1/1/xml", {})
    hidden = "\u202e\u2066\u200b\x9b\u2028".encode()
    damaged = ballots.body.replace(b" (", hidden + b" (").replace(b",Nay,", b",Nay" + hidden + b",", 1)
    damaged_instead = instead.body.replace(b"true</IsVoteNay>", b"tr" + hidden + b"ue</IsVoteNay>", 1)
    assert damaged_instead != instead.body
    installation.ingest(
        Hostile(
            **{
                "/members/en/search/xml": UpstreamAnswer(200, plain.body.replace(b"</Pers", hidden + b"</Pers")),
                "/votes/91/1/1/csv": UpstreamAnswer(200, damaged, headers=(("x-note", "\x9b31m"),)),
                "/votes/91/1/1/xml": UpstreamAnswer(200, damaged_instead),
            }
        )
    )
    texts = installation.ask("select state::text from member_list union all select state::text from vote_list")
    texts += installation.ask("select reason || record || record_key from quarantine")
    texts += installation.ask("select headers::text || coalesce(etag, '') from archived join documents using (url)")
    texts += installation.ask_shards("select state::text from change_log")
    assert installation.parked(), "the row with a hidden character in its vote is refused"
    assert [text for (text,) in texts if text and text != printable(text)] == []
