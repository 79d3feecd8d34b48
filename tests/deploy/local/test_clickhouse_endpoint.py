"""The local ClickHouse endpoint: it stores what it says it stored, whatever the client, and survives being killed."""

import json
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import clickhouse_connect
import polars as pl
import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from deploy.local.clickhouse import USER
from tests.support.servers.clickhouse import Endpoint

pytestmark = pytest.mark.clickhouse

TABLE = """create table numbers_kept (number UInt32, word LowCardinality(String), on_day Nullable(Date32))
engine = MergeTree order by number"""


def client_of(url: str, **options: object) -> Client:
    parts = urlsplit(url)
    return clickhouse_connect.get_client(
        host="127.0.0.1",
        port=parts.port or 0,
        username=USER,
        password=parts.password or "",
        database=parts.path.lstrip("/"),
        compress=False,
        **options,
    )


@pytest.fixture
def client(clickhouse_url: str) -> Client:
    client = client_of(clickhouse_url)
    client.command(TABLE)
    return client


def frame(rows: int) -> pl.DataFrame:
    return pl.DataFrame(
        {"number": range(rows), "word": ["mot é"] * rows, "on_day": [None] * rows},
        schema={"number": pl.UInt32, "word": pl.String, "on_day": pl.Date},
    )


def stored(client: Client, where: str = "1") -> int:
    return int(client.query(f"select count() from numbers_kept where {where}").result_rows[0][0])


def test_every_way_of_inserting_stores_every_row(client: Client) -> None:
    assert client.insert_df_arrow("numbers_kept", frame(70_000)).written_rows == 70_000
    assert stored(client) == 70_000
    client.insert("numbers_kept", [[number, "b", None] for number in range(1_000)], ["number", "word", "on_day"])
    assert stored(client) == 71_000  # the driver sends these in chunks
    client.raw_insert("numbers_kept", ["number", "word"], b'1,"c"\n2,"c"\n', fmt="CSV")
    client.raw_insert("numbers_kept", ["number", "word"], iter([b'3,"c', b'"\n', b'4,"c"\n']), fmt="CSV")
    assert stored(client, "word = 'c'") == 4
    client.command("insert into numbers_kept (number, word) values (5, 'd'), (6, 'd')")
    client.command("insert into numbers_kept select number, 'e', null from numbers(3)")
    assert stored(client, "word in ('d', 'e')") == 5
    assert stored(client) == 71_009


def test_an_insert_that_does_not_fit_stores_nothing(client: Client) -> None:
    with pytest.raises(DatabaseError) as error:
        client.raw_insert("numbers_kept", ["number", "word"], b'1,"c"\nnonsense,"c"\n', fmt="CSV")
    assert error.value.code == 27
    assert stored(client) == 0


def test_a_body_that_breaks_off_stores_nothing(client: Client, clickhouse_url: str) -> None:
    parts = urlsplit(clickhouse_url)
    headers = f"X-ClickHouse-User: {USER}\r\nX-ClickHouse-Key: {parts.password}\r\n"
    path = f"/?database={parts.path.lstrip('/')}&query=INSERT+INTO+numbers_kept+(number)+FORMAT+CSV"
    for framing, sent in (
        ("Content-Length: 100", b"1\n2\n"),
        ("Transfer-Encoding: chunked", b"4\r\n1\n2\n\r\n"),
        ("Transfer-Encoding: chunked", b"64\r\n1\n2\n"),
    ):
        with socket.create_connection(("127.0.0.1", parts.port or 0)) as connection:
            connection.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\n{headers}{framing}\r\n\r\n".encode() + sent)
            connection.shutdown(socket.SHUT_WR)
            assert b"broke off" in connection.recv(65_536)
    assert stored(client) == 0


def test_parameters_arrive_as_they_were_sent(client: Client) -> None:
    nasty = "it's \\ \n \t {x:String} «é» ; drop table numbers_kept"
    assert client.query("select {text:String}", parameters={"text": nasty}).result_rows == [(nasty,)]
    words = [f"45-1/commons/{number}" for number in range(20_000)]  # so many that the driver sends a form
    found = client.query(
        "select length({words:Array(String)}), {words:Array(String)}[20000]", parameters={"words": words}
    )
    assert found.result_rows == [(20_000, words[-1])]


def test_formats_are_those_asked_for(client: Client) -> None:
    client.insert_df_arrow("numbers_kept", frame(3))
    arrow = client.query_arrow("select word, count() as n from numbers_kept group by word", use_strings=True)
    assert arrow.to_pylist() == [{"word": "mot é", "n": 3}]
    text = client.raw_query("select number from numbers_kept order by number", fmt="JSONEachRow")
    assert [json.loads(line)["number"] for line in text.splitlines()] == [0, 1, 2]
    assert client.command("select max(number) from numbers_kept") == 2


@pytest.mark.parametrize(("sql", "code"), [("selec 1", 62), ("select 1 from nowhere", 60), ("select nothing", 47)])
def test_errors_have_the_number_that_clickhouse_gives_them(client: Client, sql: str, code: int) -> None:
    with pytest.raises(DatabaseError) as error:
        client.query(sql)
    assert error.value.code == code
    assert client.query("select 1").result_rows == [(1,)]


def test_only_the_password_opens_it(clickhouse_url: str) -> None:
    address = f"http://127.0.0.1:{urlsplit(clickhouse_url).port}"
    with urllib.request.urlopen(f"{address}/ping") as answer:
        assert answer.read() == b"Ok.\n"
    for header in ({}, {"X-ClickHouse-User": USER, "X-ClickHouse-Key": "wrong"}, {"Authorization": "Basic !"}):
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(urllib.request.Request(f"{address}/?query=select+1", headers=header))
        assert error.value.code == 401
        assert error.value.headers["X-ClickHouse-Exception-Code"] == "516"
        error.value.close()


def test_a_long_query_keeps_nobody_waiting(clickhouse_url: str) -> None:
    slow, quick = client_of(clickhouse_url), client_of(clickhouse_url)
    done = threading.Event()

    def run() -> None:
        slow.query("select sum(sipHash64(number)) from numbers(150000000) settings max_threads = 1")
        done.set()

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.2)
    answers = 0
    while not done.is_set():
        assert quick.query("select 1").result_rows == [(1,)]
        answers += 1
    thread.join()
    assert answers > 1


def test_what_was_inserted_survives_a_kill_and_an_end(own_endpoint: Endpoint) -> None:
    client_of(own_endpoint.url).command(TABLE)
    assert client_of(own_endpoint.url).insert_df_arrow("numbers_kept", frame(5_000)).written_rows == 5_000
    own_endpoint.kill()
    own_endpoint.start_again()
    client = client_of(own_endpoint.url)
    assert stored(client) == 5_000
    answered: list[int] = []
    many = frame(400_000)
    inserting = threading.Thread(target=lambda: answered.append(_written(client, many)))
    inserting.start()
    time.sleep(0.05)
    own_endpoint.signal(signal.SIGTERM)
    inserting.join()
    own_endpoint.end()
    own_endpoint.start_again()
    assert stored(client_of(own_endpoint.url)) == 5_000 + answered[0], "what was taken is finished and answered"


def _written(client: Client, rows: pl.DataFrame) -> int:
    """How many rows an insert says it stored: none where the endpoint had ended before it came."""
    try:
        return int(client.insert_df_arrow("numbers_kept", rows).written_rows)
    except DatabaseError:
        return 0
