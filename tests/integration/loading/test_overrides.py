"""Editors' corrections of real votes: by command, through loads, until upstream, an editor or time ends them."""

import json
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from litestar.testing import TestClient
from typer.testing import CliRunner

from assets.editing.editor import expire
from assets.overrides.apply import overriding
from assets.upstream.server import running
from deploy.cli.overrides import app
from serving.app import create_app
from tests.support.processes.command_line import openpolicy
from tests.support.processes.killable import Killable
from tests.support.upstream.house import House
from tests.support.upstream.ingestion import Installation
from warehouse.objects.archive import Archive
from warehouse.postgres.catalog import overrides as table
from warehouse.runtime.errors import OverrideInvalid
from warehouse.runtime.failpoints import OVERRIDE_FAILPOINTS
from warehouse.runtime.settings import Settings
from warehouse.stores import open_stores
from warehouse.workers.stream.apply import catch_up_lists
from warehouse.workers.upkeep.verify import verify

pytestmark = [pytest.mark.recorded, pytest.mark.postgres, pytest.mark.slow]
KEY, VOTE = "42-1/commons/871", "/api/v1/votes/42-1/commons/871"
WHO = ("--author", "desk", "--reason", "As the Journals have it.")


class Desk:
    """An installation with the real votes, and an editor at it."""

    def __init__(self, installation: Installation, house: House) -> None:
        self.installation, self.house = installation, house
        installation.ingest(house)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that name this installation."""
        settings = self.installation.settings("http://127.0.0.1:9")
        return {
            "OPENPOLICY_CATALOG_URL": settings.catalog_url,
            "OPENPOLICY_SHARD_URLS": ",".join(settings.shard_urls),
            "OPENPOLICY_OBJECTS_URL": settings.objects_url,
        }

    def run(self, *words: str, failpoint: str = "") -> CompletedProcess[str]:
        """`openpolicy override …` in a process of its own."""
        return openpolicy("override", *words, "--json", env=self.environment | {"OPENPOLICY_FAILPOINT": failpoint})

    def say(self, *words: str) -> Any:
        """What the command answers; it must do so."""
        done = CliRunner().invoke(app, [*words, "--json"], env=self.environment)
        if done.exception is not None:
            raise done.exception
        return json.loads(done.stdout)

    def vote(self, key: str = KEY) -> dict[str, Any]:
        """The newest change of a vote."""
        query = f"""select revision, op, source, source_url, document_sha256, reason, state, overrides
            from change_log where entity = 'vote' and key = '{key}' order by revision desc limit 1"""
        names = ("revision", "op", "source", "source_url", "document_sha256", "reason", "state", "overrides")
        return dict(zip(names, self.installation.ask_shards(query)[0], strict=True))

    def prove(self) -> None:
        """State, logs and lists agree."""
        catch_up_lists(self.installation.catalog, self.installation.shards)
        report = verify(self.installation.catalog, self.installation.shards)
        assert report.clean, "\n".join(report.lines)


@pytest.fixture
def desk(installation: Installation, recorded_data: Path) -> Desk:
    return Desk(installation, House(recorded_data))


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient[Any]]:
    urls = desk.installation.urls
    settings = Settings(catalog_url=urls[0], shard_urls=tuple(urls[1:]), cursor_secret="x", log_level="ERROR")
    with TestClient(create_app(settings)) as client:
        yield client


def test_a_corrected_ballot_counts_stays_through_loads_and_goes_with_its_override(
    desk: Desk, client: TestClient[Any]
) -> None:
    before = desk.vote("42-1/commons/870")
    person = before["state"]["ballots"][0][0]
    assert before["state"]["ballots"][0][1] in {"yea", "nay"}
    made = desk.say("set", "vote", "42-1/commons/870", f"/ballots/{person}/position", "abstain", *WHO)
    now = desk.vote("42-1/commons/870")
    assert (now["revision"], now["op"], now["source"], now["reason"]) == (2, "updated", "override", WHO[3])
    assert now["source_url"] == f"/api/v1/overrides/{made['id']}"
    assert now["overrides"] == [{"id": made["id"], "field": f"/ballots/{person}/position"}]
    was, counted = before["state"], now["state"]
    assert was["counted_yeas"] + was["counted_nays"] == counted["counted_yeas"] + counted["counted_nays"] + 1
    assert counted["disputed"] is True
    archived = json.loads(Archive(desk.installation.archive.as_uri()).get(now["document_sha256"]))
    assert (archived["id"], archived["value"], archived["author"]) == (made["id"], "abstain", "desk")
    desk.house.correct()  # the list changes, so every entry of it that differs is loaded again
    desk.installation.ingest(desk.house)
    assert desk.vote("42-1/commons/870")["revision"] == 2
    desk.prove()
    answer = client.get("/api/v1/votes/42-1/commons/870").json()["data"]
    assert answer["provenance"]["overrides"] == now["overrides"]
    public = client.get(answer["provenance"]["url"])
    assert (public.status_code, public.json()["data"]["value"]) == (200, "abstain")
    assert "desk" not in public.text
    desk.say("remove", made["id"])
    back = desk.vote("42-1/commons/870")
    assert (back["revision"], back["state"], back["overrides"]) == (3, before["state"], None)
    assert back["reason"] == f"Removed / Retirée: {WHO[3]}"
    desk.prove()


def test_it_is_noticed_when_upstream_has_fixed_or_otherwise_changed_what_was_corrected(
    desk: Desk, client: TestClient[Any]
) -> None:
    """Parliament itself made the vote a tie without totals; an editor who knew it first would have seen this."""
    result = desk.say("set", "vote", KEY, "/result", "tie", *WHO)
    yeas = desk.say("set", "vote", KEY, "/yeas", "170", *WHO)
    now = desk.vote()
    assert (now["revision"], now["state"]["result"], now["state"]["yeas"]) == (3, "tie", 170)
    assert "override_settled" not in desk.installation.findings()
    desk.house.correct()
    desk.installation.ingest(desk.house)
    findings = desk.installation.findings()
    assert findings["override_settled"] == [f"{KEY}/result"]
    assert findings["override_outdated"] == [f"{KEY}/yeas"]
    now = desk.vote()
    assert (now["state"]["result"], now["state"]["yeas"], now["state"]["nays"]) == ("tie", 170, None)
    assert now["overrides"] == [{"id": yeas["id"], "field": "/yeas"}]
    assert desk.say("show", result["id"])["state"] == "settled"
    shown = desk.say("show", yeas["id"])
    assert (shown["old_value"], shown["upstream_value"], shown["outdated"]) == (172, None, True)
    listed = client.get("/api/v1/overrides").json()["data"]
    assert [(each["field"], each["state"], each["outdated"]) for each in listed] == [
        ("/yeas", "active", True),
        ("/result", "settled", False),
    ]
    ours = {each["path"] for each in client.get("/api/v1/corrections").json()["data"][0]["corrections"]}
    assert "/nays" in ours
    assert not ours & {"/yeas", "/result"}
    for override in (result, yeas):
        desk.say("remove", override["id"])
    assert not {"override_settled", "override_outdated"} & desk.installation.findings().keys()
    assert desk.vote()["state"]["yeas"] is None
    desk.prove()


def test_a_withdrawn_bill_is_not_brought_back_by_the_vote_that_names_it(desk: Desk, client: TestClient[Any]) -> None:
    (bill, *_) = desk.installation.findings()["bill_not_listed"]
    made = desk.say("withdraw", "bill", bill, *WHO)
    assert bill not in desk.installation.findings().get("bill_not_listed", [])
    desk.prove()
    assert client.get(f"/api/v1/bills/{bill}").json()["code"] == "gone"
    assert bill not in {each["key"] for each in client.get("/api/v1/bills").json()["data"]}
    desk.house.correct()
    desk.installation.ingest(desk.house)
    assert client.get(f"/api/v1/bills/{bill}").status_code == 410
    assert desk.say("list")[0]["state"] == "active"
    desk.say("remove", made["id"])
    until = time.monotonic() + 60
    while client.get(f"/api/v1/bills/{bill}").status_code == 410 and time.monotonic() < until:
        time.sleep(0.1)
    assert client.get(f"/api/v1/bills/{bill}").json()["data"]["revision"] == 3
    desk.prove()


def test_what_expires_ends_by_itself(desk: Desk) -> None:
    before = desk.vote()["state"]
    desk.say("set", "vote", KEY, "/subject_fr", "Motion", "--expires", "30d", *WHO)
    assert desk.vote()["state"]["subject_fr"] == "Motion"
    assert desk.say("expire") == {"expired": 0}
    desk.installation.ask(
        "update overrides set made_at = made_at - interval '40 days', "
        "expires_at = expires_at - interval '40 days' returning 1"
    )
    desk.installation.ingest(desk.house)
    now = desk.vote()
    assert (now["revision"], now["state"], now["reason"]) == (3, before, f"Expired / Échue: {WHO[3]}")
    assert [each["state"] for each in desk.say("list", "--all")] == ["expired"]
    desk.prove()


def test_what_cannot_be_is_refused_and_changes_nothing(desk: Desk) -> None:
    for words, why in (
        (("set", "vote", "42-1/commons/9999", "/yeas", "1", *WHO), "There is no vote"),
        (("set", "vote", KEY, "/colour", "red", *WHO), "no field"),
        (("set", "vote", KEY, "/yeas", "1", "--author", "desk"), "needs its reason"),
        (("set", "vote", KEY, "/yeas", "1", "--expires", "2001-01-01", *WHO), "is in the past"),
        (("remove", "00000000-0000-0000-0000-000000000000"), "There is no override"),
    ):
        with pytest.raises(OverrideInvalid, match=why):
            desk.say(*words)
    done = desk.run("set", "vote", KEY, "/yeas", "many", *WHO)
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (2, "override_invalid")
    assert "cannot be many" in done.stderr
    assert desk.vote()["revision"] == 1
    assert desk.say("list", "--all") == []


@pytest.mark.parametrize("failpoint", [each for each in OVERRIDE_FAILPOINTS if "note" not in each])
def test_killed_at_any_point_the_next_command_finishes_it(desk: Desk, failpoint: str) -> None:
    (bill, *_) = desk.installation.findings()["bill_not_listed"]
    words = ("withdraw", "bill", bill) if failpoint.startswith("withdraw") else ("set", "vote", KEY, "/yeas", "170")
    assert desk.run(*words, *WHO, failpoint=failpoint).returncode == -signal.SIGKILL
    desk.say("expire")
    is_made = failpoint != "override.after_archive"
    assert [each["state"] for each in desk.say("list")] == (["active"] if is_made else [])
    if words[0] == "set":
        assert desk.vote()["state"]["yeas"] == (170 if is_made else 172)
        assert desk.vote()["revision"] == (2 if is_made else 1)
    assert desk.installation.ask("select count(*) from overrides where pending") == [(0,)]
    desk.prove()


@pytest.mark.parametrize("failpoint", ["override.before_note", "override.after_note"])
def test_a_load_killed_around_its_notes_is_done_again(desk: Desk, failpoint: str) -> None:
    desk.say("set", "vote", KEY, "/result", "tie", *WHO)
    desk.house.correct()
    with running(desk.house) as url:
        killed = Killable("ingest", desk.installation.settings(url), failpoint=failpoint)
        assert killed.wait() == -signal.SIGKILL
    desk.installation.ingest(desk.house)
    assert desk.installation.findings()["override_settled"] == [f"{KEY}/result"]
    assert (desk.vote()["state"]["result"], desk.vote()["overrides"]) == ("tie", None)
    desk.prove()


def test_no_override_comes_while_a_load_merges(desk: Desk) -> None:
    moments: list[str] = []

    def edit() -> None:
        with open_stores(desk.installation.settings("http://127.0.0.1:9")) as stores, table.changing(stores.catalog):
            moments.append("changed")

    with overriding(desk.installation.catalog):
        editor = threading.Thread(target=edit)
        editor.start()
        editor.join(timeout=1)
        moments.append("loaded")
    editor.join(timeout=60)
    assert moments == ["loaded", "changed"]
    with open_stores(desk.installation.settings("http://127.0.0.1:9")) as stores:
        assert expire(stores) == 0
