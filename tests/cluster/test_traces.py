"""One trace from a fetched document over the archive, its shard, the relay, Kafka and a read model to an API answer."""

from pathlib import Path

import httpx
import pytest

from assets.upstream.server import running as upstream_running
from assets.upstream.simulator.upstream import SimulatedUpstream
from deploy.local.system import ports
from tests.support.processes.streaming import Running, environment, running, wait_until
from tests.support.servers.otlp import Received, ReceivedSpan, grpc_receiver
from tests.support.trace_picture import drawn
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(600)]
STAGES = {
    "fetch document": "openpolicy-ingest",
    "archive document": "openpolicy-ingest",
    "read archived document": "openpolicy-ingest",
    "store bills": "openpolicy-ingest",
    "publish events": "openpolicy-relay",
    "consume events for lists": "openpolicy-consumer",
    "insert into lists": "openpolicy-consumer",
    "GET /api/v1/bills/{session}/{number}": "openpolicy-api",
}


def test_a_document_is_followed_to_the_answer_that_shows_it(
    database_urls: list[str], kafka_url: str, catalog: Database, shards: Shards, tmp_path: Path
) -> None:
    site = SimulatedUpstream(seed=7, sessions=("90-1",), members=20, bills=12, votes=24)
    port = ports.free_port()
    with upstream_running(site) as upstream, grpc_receiver() as received:
        variables = environment(database_urls, kafka_url) | received.environment
        variables |= {
            "OPENPOLICY_OBJECTS_URL": (tmp_path / "archive").as_uri(),
            "OPENPOLICY_LEGISINFO_URL": upstream,
            "OPENPOLICY_OURCOMMONS_URL": upstream,
        }
        loading = Running(["ingest"], variables, tmp_path / "ingest.log")
        assert loading.wait(240) in {0, 13}, (tmp_path / "ingest.log").read_text()
        with running(
            (["relay"], variables, tmp_path / "relay.log"),
            (["consume", "lists"], variables, tmp_path / "consume.log"),
            (["serve", "--port", str(port)], variables, tmp_path / "serve.log"),
        ):
            api = f"http://127.0.0.1:{port}"
            wait_until(lambda: _answers(f"{api}/ready"), "the API is ready")
            wait_until(lambda: len(_bills(api)) == 12, "the lists have the bills")
            bill = _bills(api)[0]
            sha256 = bill["provenance"]["document_sha256"]
            answer = httpx.get(
                f"{api}/api/v1/bills/{bill['key']}",
                headers={"traceparent": f"00-{sha256[:32]}-{sha256[32:48]}-01", "x-request-id": "of-this-test"},
                timeout=60,
            )
            assert answer.status_code == 200
            spans = received.wait_for(lambda _: set(STAGES) <= set(_stages(received, sha256)))
    of_it = [span for span in spans if span.trace_id == sha256[:32]]
    services = {span.name: span.service for span in of_it}
    assert {name: services[name] for name in STAGES} == STAGES
    root = next(span for span in of_it if span.name == "fetch document")
    assert (root.span_id, root.parent) == (sha256[32:48], "")
    _check_parents(of_it)
    request = next(span for span in of_it if span.kind == "server")
    assert request.attributes["openpolicy.request_id"] == "of-this-test"
    picture = tmp_path / "trace.svg"
    picture.write_text(drawn(of_it))
    print(f"The trace as a picture: {picture}")


def _check_parents(spans: list[ReceivedSpan]) -> None:
    """Every span has its parent in the trace, and comes of what came before it."""
    by_id = {span.span_id: span for span in spans}
    parent_of = {span.name: by_id[span.parent].name for span in spans if span.parent}
    for name in ("archive document", "store bills", "publish events", "GET /api/v1/bills/{session}/{number}"):
        assert parent_of[name] == "fetch document"
    assert parent_of["consume events for lists"] == "publish events"
    assert parent_of["insert into lists"] == "consume events for lists"
    read = [span for span in spans if span.name.startswith("postgresql ")]
    assert read
    assert {by_id[span.parent].kind for span in read} == {"server"}


def _stages(received: Received, sha256: str) -> list[str]:
    return [span.name for span in list(received.spans) if span.trace_id == sha256[:32]]


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.TransportError:
        return False


def _bills(api: str) -> list[dict[str, object]]:
    answer = httpx.get(f"{api}/api/v1/bills?session=90-1", timeout=60)
    return answer.json()["data"] if answer.status_code == 200 else []
