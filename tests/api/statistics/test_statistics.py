"""Statistics of three real sessions, each recomputed in polars from the documents by the formulas alone."""

import csv
import datetime as dt
import io
import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec
import polars as pl
import pytest
from litestar.testing import TestClient

from serving.app import create_app
from tests.api import sample
from tests.api.conftest import Client, Parliament, settings_for
from tests.support.data.facts import code_of, insert_session, recorded_session
from tests.support.servers.clickhouse import Endpoint
from tests.support.servers.postgres import SHARDS, empty
from warehouse.clickhouse.client import ClickHouse
from warehouse.clickhouse.migrate import migrate
from warehouse.model.entities import Ballot, Vote
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.entities import scorecards
from warehouse.postgres.shards.shard_map import ShardMap, Shards, initial_map
from warehouse.runtime.settings import Settings

pytestmark = [pytest.mark.postgres, pytest.mark.clickhouse, pytest.mark.recorded, pytest.mark.slow]

SESSIONS = ("39-1", "43-2", "45-1")
SPEAKERS = {25452: (dt.date(2019, 12, 5), dt.date(2023, 9, 28)), 25453: (dt.date(2025, 5, 26), dt.date(2299, 1, 1))}
"""Who was in the Chair during these sessions; the Speaker of 39-1 is in no ballot."""
BASE = "/api/v1/statistics"


@pytest.fixture(scope="module")
def ballots(recorded_data: Path) -> pl.DataFrame:
    """One row a ballot of the three sessions."""
    frames = [
        frame.with_columns(session=pl.lit(row["session"]), number=pl.lit(row["number"]), held_on=pl.lit(row["held_on"]))
        for session in SESSIONS
        for row, frame in recorded_session(recorded_data, session)
    ]
    found = pl.concat(frames).with_columns(code=pl.col("caucus").map_elements(code_of, pl.String))
    speaking = pl.any_horizontal(
        (pl.col("person_id") == person) & pl.col("held_on").is_between(first, last, closed="left")
        for person, (first, last) in SPEAKERS.items()
    )
    assert found.filter(speaking).is_empty()
    return found.with_columns(cast=pl.col("position").is_in(["yea", "nay"]))


def settings_with_facts(urls: list[str], endpoint: Endpoint) -> Settings:
    url = urlunsplit(urlsplit(endpoint.url)._replace(path="/statistics"))
    return msgspec.structs.replace(settings_for(urls), clickhouse_url=url)


def stored_vote(recorded_data: Path, session: str, number: int) -> Vote:
    """A recorded vote as the store takes it: its own statistics are counted from there."""
    row, frame = next(each for each in recorded_session(recorded_data, session) if each[0]["number"] == number)
    shared = ("held_on", "result", "yeas", "nays", "paired", "disputed")
    fields: dict[str, Any] = {name: row[name] for name in shared}
    ballots = tuple(
        Ballot(
            person_id=each["person_id"],
            position=each["position"],
            paired=each["paired"],
            name=each["name"],
            caucus=each["caucus"] or None,
            riding=each["riding"] or None,
            province=each["province"] or None,
        )
        for each in frame.iter_rows(named=True)
    )
    return msgspec.structs.replace(sample.vote(session, number), ballots=ballots, **fields)


@pytest.fixture(scope="module")
def facts(worker_urls: list[str], shared_endpoint: Endpoint, recorded_data: Path) -> Iterator[Client]:
    """The API over ClickHouse with the three sessions."""
    empty(worker_urls)
    catalog = Database(worker_urls[0])
    shards = Shards([Database(url) for url in worker_urls[1:]], ShardMap(initial_map(SHARDS), SHARDS))
    parliament = Parliament(catalog, shards)
    parliament.claim("recorded")
    parliament.store(*(stored_vote(recorded_data, session, number) for session, number in (("43-2", 69), ("45-1", 94))))
    settings = settings_with_facts(worker_urls, shared_endpoint)
    migrate(settings.clickhouse_url)
    clickhouse = ClickHouse(settings.clickhouse_url)
    for session in SESSIONS:
        insert_session(clickhouse, recorded_session(recorded_data, session))
    with TestClient(create_app(settings)) as client:
        client.follow_redirects = False
        until = time.monotonic() + 60
        while client.get(f"{BASE}/parties?session=all").status_code != 200:  # a cold engine on a busy machine
            assert time.monotonic() < until
        yield client
    clickhouse.command("drop database statistics sync")
    clickhouse.close()
    shards.close()
    catalog.close()


def read(client: Client, path: str) -> Any:
    answer = client.get(BASE + path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def per_caucus(ballots: pl.DataFrame) -> pl.DataFrame:
    """Counts and indices of every caucus in every division, by the formulas."""
    y, n, t = pl.col("y"), pl.col("n"), pl.col("y") + pl.col("n")
    return (
        ballots.group_by("session", "number", "code")
        .agg(y=(pl.col("position") == "yea").sum().cast(pl.Int64), n=(pl.col("position") == "nay").sum().cast(pl.Int64))
        .filter(t > 0)
        .with_columns(
            t=t,
            rice=(y - n).abs() / t,
            hnr=(pl.max_horizontal(y, n) - (t - pl.max_horizontal(y, n)) / 2) / t,
            pair=pl.when(t >= 2).then((y * (y - 1) + n * (n - 1)) / (t * (t - 1))),
            line=pl.when((t >= 2) & (y > n)).then(pl.lit("yea")).when((t >= 2) & (n > y)).then(pl.lit("nay")),
        )
        .with_columns(line=pl.when(~pl.col("code").str.contains("independent")).then("line"))
        .with_columns(yeas=y.sum().over("session", "number"), nays=n.sum().over("session", "number"))
        .with_columns(
            contested=10 * pl.min_horizontal("yeas", "nays") >= pl.col("yeas") + pl.col("nays"),
            weight=1 - (pl.col("yeas") - pl.col("nays")).abs() / (pl.col("yeas") + pl.col("nays")),
        )
        .sort("session", "number")
    )


def close(one: float | None, other: float | None) -> bool:
    """Equal to the last digit that sums in another order leave."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-13, abs_tol=1e-15)


@pytest.mark.parametrize("session", SESSIONS)
def test_cohesion_is_what_polars_computes(facts: Client, ballots: pl.DataFrame, session: str) -> None:
    counted = per_caucus(ballots.filter(pl.col("session") == session)).filter(pl.col("t") >= 2)
    found = {row["caucus"]["code"]: row for row in read(facts, f"/parties?session={session}")["data"]}
    assert len(found) >= 3
    for code, row in found.items():
        own = counted.filter(pl.col("code") == code)
        contested = own.filter("contested")
        assert row["rice"]["n"] == row["pair"]["n"] == own.height
        assert row["rice_contested"]["n"] == contested.height
        assert close(row["rice"]["value"], own["rice"].mean())
        assert close(row["hnr"]["value"], own["hnr"].mean())
        assert close(row["pair"]["value"], own["pair"].mean())
        assert close(row["rice_contested"]["value"], contested["rice"].mean())
        weight = float(own["weight"].sum())
        weighted = float((own["weight"] * own["rice"]).sum()) / weight if weight else None
        assert close(row["rice_closeness_weighted"]["value"], weighted)


def perhaps_both(own: pl.DataFrame, lines: pl.DataFrame, recorded_data: Path, session: str) -> pl.DataFrame:
    """Ballots that have no line: no more of them go against their caucus than are missing on the other side, as in 39-1
    no. 166, where 225 nays were announced, the CSV prints 224, and one Liberal is a yea."""
    announced = {row["number"]: row for row, _ in recorded_session(recorded_data, session)}
    joined = own.filter("cast").join(lines, on=["number", "code"], how="left", nulls_equal=True)
    rows = []
    for (number,), division in joined.group_by("number"):
        for position, other, total in (("yea", "nay", "nays"), ("nay", "yea", "yeas")):
            against = division.filter((pl.col("position") == position) & (pl.col("line") == other))
            missing = (announced[number][total] or 0) - (division["position"] == other).sum()
            if 0 < against.height <= missing:
                rows += [(number, person, True) for person in against["person_id"]]
    schema = {"number": own.schema["number"], "person_id": own.schema["person_id"], "is_perhaps_both": pl.Boolean}
    found = pl.DataFrame(rows, schema=schema, orient="row")
    assert (session == "39-1") == ((166, 512) in found.select("number", "person_id").rows())
    return found


@pytest.mark.parametrize("session", SESSIONS)
def test_members_are_what_polars_computes(
    facts: Client, ballots: pl.DataFrame, session: str, recorded_data: Path
) -> None:
    own = ballots.filter(pl.col("session") == session)
    lines = per_caucus(own).select("number", "code", "line")
    both = perhaps_both(own, lines, recorded_data, session)
    terms = own.group_by("person_id").agg(first=pl.col("held_on").min(), last=pl.col("held_on").max())
    days = own.select("number", "held_on").unique()
    eligible = (
        terms.join(days, how="cross")
        .filter(pl.col("held_on").is_between("first", "last"))
        .group_by("person_id")
        .agg(eligible=pl.len())
    )
    rates = (
        own.join(lines, on=["number", "code"], how="left", nulls_equal=True)
        .join(both, on=["number", "person_id"], how="left")
        .with_columns(line=pl.when(pl.col("is_perhaps_both").is_null()).then("line"))
        .group_by("person_id")
        .agg(
            cast=pl.col("cast").sum(),
            paired=(pl.col("position") == "paired").sum(),
            with_line=(pl.col("cast") & pl.col("line").is_not_null()).sum(),
            dissent=(pl.col("cast") & (pl.col("position") != pl.col("line"))).sum(),
        )
        .join(eligible, on="person_id")
    )
    found = {row["member"]["person_id"]: row for row in read(facts, f"/members?session={session}")["data"]}
    voted = {person: row for person, row in found.items() if row["cast"] or row["paired"]}
    assert set(rates["person_id"]) >= set(voted)
    for person, cast, paired, with_line, dissent, seated in rates.iter_rows():
        row = found[person]
        assert (row["eligible"], row["cast"], row["paired"]) == (seated, cast, paired)
        assert (row["dissent"]["count"], row["dissent"]["n"]) == (dissent, with_line)
        assert row["dissent"]["reliable"] is (with_line >= 30)
        assert close(row["participation"]["value"], cast / (seated - paired) if seated > paired else None)
        assert close(row["presence_any"]["value"], (cast + paired) / seated)
        if with_line:
            p, z = dissent / with_line, 1.959963984540054
            middle, reach = p + z * z / 2 / with_line, z * math.sqrt(p * (1 - p) / with_line + (z / 2 / with_line) ** 2)
            under = 1 + z * z / with_line
            assert row["dissent"]["low"] == pytest.approx(max(0.0, (middle - reach) / under), abs=1e-12)
            assert row["dissent"]["high"] == pytest.approx((middle + reach) / under, abs=1e-12)


@pytest.mark.parametrize("session", SESSIONS)
def test_agreement_is_what_polars_computes(facts: Client, ballots: pl.DataFrame, session: str) -> None:
    cast = ballots.filter((pl.col("session") == session) & pl.col("cast")).select("number", "person_id", "position")
    pairs = (
        cast.join(cast, on="number")
        .filter(pl.col("person_id") < pl.col("person_id_right"))
        .group_by("person_id", "person_id_right")
        .agg(both=pl.len(), same=(pl.col("position") == pl.col("position_right")).sum())
    )
    expected = {(one, other): (same, both) for one, other, both, same in pairs.iter_rows()}
    data = read(facts, f"/agreement/matrix?session={session}")["data"]
    persons = [member["person_id"] for member in data["members"]]
    upper = [(one, other) for at, one in enumerate(persons) for other in persons[at + 1 :]]
    counted = zip(upper, zip(data["same"], data["both"], strict=True), strict=True)
    assert {pair: counts for pair, counts in counted if counts[1]} == expected


def test_a_published_total_and_the_breakdown_of_a_vote(facts: Client, ballots: pl.DataFrame) -> None:
    answer = read(facts, "/votes/43-2/commons/69")
    data = answer["data"]
    assert (data["yeas"], data["nays"], data["announced_yeas"], data["announced_nays"]) == (305, 25, 305, 25)
    own = per_caucus(ballots.filter((pl.col("session") == "43-2") & (pl.col("number") == 69)))
    for row in data["by_caucus"]:
        y, n = own.filter(pl.col("code") == row["caucus"]["code"]).select("y", "n").row(0)
        assert (row["yeas"], row["nays"]) == (y, n)
    assert sum(row["yeas"] for row in data["by_side"]) == 305
    assert answer["links"]["rows"] == "/api/v1/votes/43-2/commons/69/ballots"
    assert {method["id"] for method in answer["methods"]} >= {"rice/1", "pair/1", "line/1"}
    assert answer["meta"]["watermark"] == facts.get("/api/v1/votes/43-2/commons/69").json()["meta"]["watermark"]


def test_a_tie_in_the_house_is_a_casting_vote(facts: Client) -> None:
    data = read(facts, "/votes/45-1/commons/94")["data"]
    assert (data["yeas"], data["nays"], data["paired"]) == (164, 164, 10)
    assert (data["is_tie"], data["casting_vote"], data["casting_ballot"]) == (True, True, None)


def test_disputed_and_empty_sessions(facts: Client) -> None:
    assert facts.get(f"{BASE}/parties?session=44-1").status_code == 404
    assert facts.get(f"{BASE}/votes/45-1/commons/9999").status_code == 404
    assert read(facts, "/parties?session=all")["data"][0]["rice"]["n"] > 500


def test_the_ends_of_the_ranking_and_one_members(facts: Client) -> None:
    data = read(facts, "/agreement?session=45-1&limit=5")["data"]
    assert [row["rank"] for row in data[:5]] == [1, 2, 3, 4, 5]
    shares = [row["agreement"] for row in data]
    assert shares == sorted(shares, reverse=True)
    own = read(facts, "/agreement?session=45-1&of=25454&variant=contested&limit=3")["data"]
    assert {row["one"]["person_id"] for row in own} == {25454}
    assert all(row["both"] >= 20 for row in own)


def test_a_member_session_by_session(facts: Client) -> None:
    data = read(facts, "/members/25454")["data"]
    assert [each["session"] for each in data["sessions"]] == ["45-1", "43-2", "39-1"]
    assert all(each["chamber_participation"]["p50"] is not None for each in data["sessions"])
    assert facts.get(f"{BASE}/members/25453").json()["data"]["sessions"][0]["session"] == "43-2"
    assert facts.get(f"{BASE}/members/1").status_code == 404


def test_tables_as_csv(facts: Client) -> None:
    answer = facts.get(f"{BASE}/members.csv?session=45-1&lang=en")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-type"].startswith("text/csv")
    assert {"member_person_id", "participation_value", "participation_method", "dissent_low"} <= set(rows[0])
    assert len(rows) == len(read(facts, "/members?session=45-1")["data"])


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/parties", "invalid_value"),
        ("/parties?session=45", "invalid_value"),
        ("/members?session=all", "invalid_value"),
        ("/members?session=45-1&line=whips", "invalid_value"),
        ("/members?session=45-1&lin=party", "unknown_parameter"),
        ("/agreement?session=45-1&min_overlap=1", "invalid_value"),
        ("/agreement?session=45-1&of=x", "invalid_value"),
        ("/seats?on=tomorrow", "invalid_value"),
    ],
)
def test_what_is_not_understood_is_refused(facts: Client, path: str, code: str) -> None:
    answer = facts.get(BASE + path)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_answers_are_cached_by_the_version_of_the_facts(facts: Client) -> None:
    first = facts.get(f"{BASE}/parties?session=45-1")
    assert first.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=600"
    again = facts.get(f"{BASE}/parties?session=45-1", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


def test_the_short_name_moves(facts: Client) -> None:
    answer = facts.get("/api/v1/stats/parties.csv?session=45-1")
    assert (answer.status_code, answer.headers["location"]) == (308, f"{BASE}/parties.csv?session=45-1")


def test_selection_and_eligibility_are_said_beside_the_figures(facts: Client) -> None:
    notes = " ".join(note["en"] for note in read(facts, "/members?session=45-1")["notes"])
    assert "not a random sample" in notes
    assert "Speaker is left out" in notes
    assert read(facts, "/parties?session=45-1&lang=fr")["methods"][0]["formula"].keys() == {"fr"}


def test_without_a_dated_minister_nobody_has_the_cabinets_line(facts: Client) -> None:
    answer = read(facts, "/members?session=45-1&line=cabinet")
    assert {row["dissent"]["n"] for row in answer["data"]} == {0}
    left = {each["reason"]["code"]: each["count"] for each in answer["exclusions"]}
    assert (left["no_cabinet"], left["doubtful_house"]) == (173, 0)


def test_coverage_says_what_of_a_period_is_held(facts: Client) -> None:
    one = read(facts, "/parties?session=45-1")["coverage"]
    assert one["complete"]
    assert one["sessions"] == [{"session": "45-1", "divisions": 173, "of": 173, "with_ballots": 173}]
    everything = read(facts, "/parties?session=all")["coverage"]
    assert not everything["complete"]
    assert "44-1" in everything["missing_sessions"]
    assert "44-1" in everything["text"]["fr"]


def test_no_senate_votes_are_held_and_the_answer_says_so(facts: Client) -> None:
    answer = facts.get(BASE + "/parties?session=45-1&chamber=senate")
    assert answer.status_code == 404
    assert "There are no votes of the Senate" in answer.json()["detail"]


def test_seats_of_a_session_that_is_not_held_say_so(facts: Client) -> None:
    answer = facts.get(BASE + "/seats?on=2022-03-03")
    assert answer.status_code == 404, "nobody is known to have sat"
    dissolved = read(facts, "/seats?on=2021-09-01")
    assert dissolved["data"]["seats"] is None
    assert "dissolved" in dissolved["notes"][-1]["en"]


def test_seats_on_a_day(facts: Client) -> None:
    data = read(facts, "/seats?on=2026-01-15")["data"]
    shares = [each["seats"] / data["seats"] for each in data["by_caucus"] if each["caucus"]["code"] != "independent"]
    assert data["effective_number"]["value"] == pytest.approx(1 / sum(share**2 for share in shares), rel=1e-3)
    assert data["fractionalisation"]["value"] == pytest.approx(1 - 1 / data["effective_number"]["value"])


def test_standings_of_a_day(facts: Client) -> None:
    answer = facts.get("/api/v1/standings?as_of=2026-01-15").json()
    data, seats = answer["data"], read(facts, "/seats?on=2026-01-15")["data"]
    assert (data["filled"], data["house_seats"]) == (seats["seats"], 343)
    assert data["no_known_holder"] == 343 - data["filled"]
    assert [(each["caucus"]["code"], each["seats"]) for each in data["caucuses"]] == [
        (each["caucus"]["code"], each["seats"]) for each in seats["by_caucus"]
    ]
    for each in data["caucuses"]:
        assert sum(part["seats"] for part in each["provinces"]) == each["seats"]
    assert data["known_until"] == "2026-06-18"
    dissolved = facts.get("/api/v1/standings?as_of=2021-09-01").json()
    assert (dissolved["data"]["filled"], dissolved["data"]["caucuses"]) == (None, [])
    assert "dissolved" in dissolved["notes"][-1]["en"]
    assert facts.get("/api/v1/standings?as_of=2022-03-03").status_code == 404


CARDS = "/api/v1/scorecards"


def card(*votes: dict[str, object], **fields: object) -> dict[str, object]:
    return {"title_en": "A card", "votes": list(votes), **fields}


def test_a_scorecard_has_the_address_of_its_content(facts: Client, ballots: pl.DataFrame) -> None:
    votes = [
        {"vote": "45-1/commons/90", "direction": "nay", "weight": 2, "strong": True},
        {"vote": "43-2/commons/69", "direction": "yea"},
    ]
    first = facts.post(CARDS, json=card(*votes))
    assert first.status_code == 201, first.text
    again = facts.post(CARDS, json=card(*reversed(votes)))
    assert (again.status_code, again.headers["location"]) == (200, first.headers["location"])
    found = facts.get(first.headers["location"])
    assert found.json()["data"] == first.json()["data"]
    assert [each["vote"] for each in found.json()["data"]["votes"]] == ["43-2/commons/69", "45-1/commons/90"]
    wanted = pl.DataFrame({"session": ["45-1", "43-2"], "number": [90, 69], "wanted": ["nay", "yea"], "w": [2.0, 1.0]})
    expected = (
        ballots.filter("cast")
        .join(wanted, on=["session", "number"])
        .group_by("person_id")
        .agg(score=(pl.col("w") * (pl.col("position") == pl.col("wanted"))).sum() / pl.col("w").sum())
    )
    by_person = {row["member"]["person_id"]: row for row in found.json()["data"]["members"]}
    assert expected.height > 400
    for person, score in expected.iter_rows():
        assert close(by_person[person]["score"]["value"], score)
    rows = list(csv.DictReader(io.StringIO(facts.get(first.headers["location"] + ".csv").text)))
    assert len(rows) == len(by_person)


@pytest.mark.parametrize(
    ("body", "param"),
    [
        (b"{", "body"),
        (b'{"votes": [], "x": 1}', "body"),
        (b'{"votes": []}', "votes"),
        (b'{"votes": [{"vote": "45-1/43", "direction": "yea"}]}', "votes[0].vote"),
        (b'{"votes": [{"vote": "45-1/commons/43", "direction": "for"}]}', "votes[0].direction"),
        (b'{"votes": [{"vote": "45-1/commons/43", "direction": "yea", "weight": 0}]}', "votes[0].weight"),
        (b'{"votes": [{"vote": "45-1/commons/43", "direction": "yea", "weight": 1e999}]}', "votes[0].weight"),
        (b'{"votes": [{"vote": "45-1/commons/43", "direction": "yea"}, {"vote": "45-1/commons/43", "direction": "nay"}'
         b"]}", "votes[1].vote"),
        (b'{"votes": [{"vote": "45-1/commons/4300", "direction": "yea"}]}', "45-1/commons/4300"),
        (b'{"votes": [{"vote": "39-1/commons/166", "direction": "yea"}]}', "39-1/commons/166"),
    ],
)  # fmt: skip
def test_a_card_that_cannot_be_is_refused_with_the_place(facts: Client, body: bytes, param: str) -> None:
    answer = facts.post(CARDS, content=body)
    assert (answer.status_code, answer.json()["code"], answer.json()["param"]) == (400, "invalid_value", param)


def test_a_card_that_is_too_large_is_not_read(facts: Client) -> None:
    answer = facts.post(CARDS, content=b" " * 70_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_an_unknown_card(facts: Client) -> None:
    assert facts.get(f"{CARDS}/{'0' * 64}").status_code == 404
    assert facts.get(f"{CARDS}/nothing").status_code == 404


@pytest.fixture
def catalog_of_cards(facts: Client, worker_urls: list[str]) -> Iterator[Database]:
    """The catalog behind `facts`, without scorecards before and after."""
    catalog = Database(worker_urls[0])
    for step in ("before", "after"):
        with catalog.connection() as connection:
            connection.execute("delete from scorecards")
        if step == "before":
            yield catalog
    catalog.close()


def from_address(app: Any, address: str) -> Any:
    """The application as a caller from elsewhere meets it."""

    async def called(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope = {**scope, "client": (address, 5)}
        await app(scope, receive, send)

    return called


def numbered(number: int) -> dict[str, object]:
    return card({"vote": "45-1/commons/90", "direction": "nay"}, title_fr=f"Fiche {number}")


def test_a_caller_has_a_quota_of_new_cards_over_all_processes_and_restarts(
    facts: Client,
    worker_urls: list[str],
    shared_endpoint: Endpoint,
    catalog_of_cards: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scorecards, "MOST_OF_ONE", 3)
    settings = settings_with_facts(worker_urls, shared_endpoint)
    with TestClient(create_app(settings)) as second:
        answers = [(facts, second)[number % 2].post(CARDS, json=numbered(number)) for number in range(5)]
    assert [answer.status_code for answer in answers] == [201, 201, 201, 429, 429]
    with TestClient(create_app(settings)) as restarted:
        refused = restarted.post(CARDS, json=numbered(3))
        french = restarted.post(CARDS + "?lang=fr", json=numbered(3))
        assert restarted.post(CARDS, json=numbered(1)).status_code == 200, "a card that exists is no new one"
        assert restarted.get(answers[0].headers["location"]).status_code == 200
    assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
    assert 0 < int(refused.headers["retry-after"]) <= 86_400
    problem = refused.json()
    assert problem["code"] == "quota_exceeded"
    assert problem["doc"] == "/problems/quota_exceeded"
    assert "3 new scorecards a day. Try again after midnight UTC" in problem["detail"]
    assert "3 nouvelles fiches par jour. Réessayez après minuit UTC" in french.text
    with TestClient(from_address(create_app(settings), "198.51.100.7")) as neighbour:
        assert neighbour.post(CARDS, json=numbered(3)).status_code == 201
    with catalog_of_cards.connection() as connection:
        kept = connection.execute("select caller, count(*) from scorecards group by caller order by 2").fetchall()
    assert [count for _, count in kept] == [1, 3]
    assert all(len(caller) == 16 and b"198.51" not in caller for caller, _ in kept)


def test_callers_at_the_same_moment_share_one_quota(
    facts: Client, catalog_of_cards: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scorecards, "MOST_OF_ONE", 3)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: facts.post(CARDS, json=numbered(number)), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [429] * 5


def test_a_card_that_nobody_reads_is_deleted_and_one_that_is_read_stays(
    facts: Client, catalog_of_cards: Database
) -> None:
    unread, read_again = (facts.post(CARDS, json=numbered(number)).headers["location"] for number in (1, 2))
    with catalog_of_cards.connection() as connection:
        connection.execute("update scorecards set read_at = now() - interval '91 days'")
    assert facts.get(read_again + "?lang=fr").status_code == 200
    assert facts.post(CARDS, json=numbered(3)).status_code == 201
    assert facts.get(read_again + "?lang=en").status_code == 200
    gone = facts.get(unread + "?lang=en")
    assert gone.status_code == 404
    assert "90 days" in gone.json()["detail"]
    assert facts.post(CARDS, json=numbered(1)).status_code == 201


def test_where_there_is_no_room_a_new_card_waits(
    facts: Client, catalog_of_cards: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scorecards, "MOST_CARDS", 1)
    assert facts.post(CARDS, json=numbered(1)).status_code == 201
    full = facts.post(CARDS, json=numbered(2))
    assert (full.status_code, full.json()["code"]) == (503, "overloaded")
    assert 0 < int(full.headers["retry-after"]) <= 86_400
    assert facts.post(CARDS, json=numbered(1)).status_code == 200


def test_two_members_compared_are_what_polars_computes(facts: Client, ballots: pl.DataFrame) -> None:
    cast = ballots.filter("cast").select("session", "number", "person_id", "position")
    pairs = cast.join(cast, on=["session", "number"]).filter(pl.col("person_id") < pl.col("person_id_right"))
    several = (
        pairs.group_by("person_id", "person_id_right")
        .agg(sessions=pl.col("session").n_unique(), overlap=pl.len())
        .filter(pl.col("sessions") > 1)
        .sort("overlap", "person_id", descending=True)
    )
    one, other, sessions, _ = several.row(0)
    own = pairs.filter((pl.col("person_id") == one) & (pl.col("person_id_right") == other))
    same = own.filter(pl.col("position") == pl.col("position_right"))
    data = read(facts, f"/members/{one}/agreement?with={other}")["data"]
    assert (data["overlap"], data["same"], data["differed"]) == (own.height, same.height, own.height - same.height)
    assert close(data["agreement"]["value"], same.height / own.height)
    assert len(data["sessions"]) == sessions
    for row in data["sessions"]:
        assert row["overlap"] == own.filter(pl.col("session") == row["session"]).height
    back = read(facts, f"/members/{other}/agreement?with={one}&session=all")["data"]
    assert back["same"] == data["same"]
    apart = own.filter(pl.col("position") != pl.col("position_right"))
    assert {each["vote"] for each in data["differences"]} <= {
        f"{session}/commons/{number}" for session, number in apart.select("session", "number").iter_rows()
    }
    assert len(data["differences"]) == min(50, apart.height)
    named = read(facts, f"/members/{one}/agreement?with={other}&session={data['sessions'][0]['session']}&limit=1")[
        "data"
    ]
    assert named["overlap"] == data["sessions"][0]["overlap"]
    assert len(named["differences"]) == min(1, named["differed"])


@pytest.mark.parametrize("variant", ["all", "contested", "excl_own_party_line"])
def test_two_members_have_the_counts_of_the_matrix(facts: Client, variant: str) -> None:
    nearest = read(facts, f"/agreement?session=45-1&limit=4&variant={variant}")["data"]
    for row in nearest:
        path = f"/members/{row['one']['person_id']}/agreement?with={row['other']['person_id']}&session=45-1"
        data = read(facts, f"{path}&variant={variant}")["data"]
        assert (data["overlap"], data["same"]) == (row["both"], row["same"])


@pytest.mark.parametrize(
    ("path", "status", "param"),
    [
        ("/members/89156/agreement", 400, "with"),
        ("/members/89156/agreement?with=89156", 400, "with"),
        ("/members/89156/agreement?with=x", 400, "with"),
        ("/members/89156/agreement?with=999999", 404, "with"),
        ("/members/999999/agreement?with=89156", 404, "person"),
        ("/members/x/agreement?with=89156", 404, "person"),
        ("/members/89156/agreement?with=89449&session=45", 400, "session"),
    ],
)
def test_a_comparison_that_cannot_be_made_is_refused(facts: Client, path: str, status: int, param: str) -> None:
    problem = facts.get(BASE + path)
    assert problem.status_code == status, problem.text
    assert problem.json()["param"] == param


@pytest.mark.parametrize(
    "path", ["/parties?session=45-1", "/members?session=45-1", "/agreement?session=45-1", "/parties?session=all"]
)
def test_figures_of_an_instant_are_those_of_now_or_refused(facts: Client, path: str) -> None:
    now = read(facts, path)
    then = read(facts, f"{path}&known_at=2026-07-04T00:00:00Z")
    assert then["data"] == now["data"]
    assert then["meta"]["known_at"] == "2026-07-04T00:00:00Z"
    problem = facts.get(f"{BASE}{path}&known_at=2026-07-03T00:00:00Z")
    assert (problem.status_code, problem.json()["code"]) == (410, "not_kept")
    assert "2026-07-03T12:00:00+00:00" in problem.json()["detail"]
