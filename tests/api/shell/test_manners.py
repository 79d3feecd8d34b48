"""HTTP: validators, negotiation, CORS, request ids, and what is refused."""

import base64
import gzip
import hashlib
import re
import time
from collections.abc import Iterator
from html import unescape

import brotli
import msgspec
import pytest
import zstandard
from httpx import Response

from serving.core.site.openapi import PATH
from tests.api.conftest import Client
from warehouse.statistics.members.scorecards import Scorecard

pytestmark = pytest.mark.postgres
BILL = "/api/v1/bills/45-1/C-6"


def test_an_etag_is_strong_and_gives_a_304(api: Client) -> None:
    first = api.get(BILL)
    tag = first.headers["etag"]
    assert re.fullmatch(r'"r1-[0-9a-f]{20}(-\w+)?"', tag)
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = api.get(BILL, headers={"if-none-match": sent})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert "content-type" not in again.headers
    assert api.get(BILL, headers={"if-none-match": '"other"'}).status_code == 200


def test_each_representation_has_its_own_etag(api: Client) -> None:
    asked = [{"accept-encoding": coding} for coding in ("identity", "gzip", "br", "zstd")]
    tags = {api.get(BILL, headers=headers).headers["etag"] for headers in asked}
    tags.add(api.get(f"{BILL}?lang=fr", headers=asked[0]).headers["etag"])
    assert len(tags) == 5


def test_bodies_are_compressed_as_asked(api: Client) -> None:
    plain = api.get(BILL, headers={"accept-encoding": "identity"})
    with api.stream("GET", BILL, headers={"accept-encoding": "gzip;q=1, zstd;q=0"}) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        assert gzip.decompress(b"".join(answer.iter_raw())) == plain.content
    with api.stream("GET", BILL, headers={"accept-encoding": "gzip, br, zstd"}) as answer:
        assert answer.headers["content-encoding"] == "zstd"
        raw = b"".join(answer.iter_raw())
        assert zstandard.ZstdDecompressor().decompress(raw) == plain.content
        assert int(answer.headers["content-length"]) == len(raw)
    with api.stream("GET", BILL, headers={"accept-encoding": "gzip, deflate, br"}) as answer:
        assert answer.headers["content-encoding"] == "br"
        assert brotli.decompress(b"".join(answer.iter_raw())) == plain.content
    assert "content-encoding" not in plain.headers


def test_caches_and_browsers_are_told_what_they_need(api: Client) -> None:
    headers = api.get(BILL).headers
    assert headers["cache-control"] == "public, max-age=60, stale-while-revalidate=600"
    assert headers["vary"] == "Accept, Accept-Encoding"
    assert headers["access-control-allow-origin"] == "*"
    assert "ETag" in headers["access-control-expose-headers"]
    assert headers["last-modified"].endswith("GMT")
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("address", [BILL, "/api/v1/bills", "/api/v1/nothing", "/health", "/", "/ready"])
def test_head_is_get_without_a_body(api: Client, address: str) -> None:
    for _ in range(2):  # computed, then from memory
        got, head = api.get(address), api.head(address)
        assert (head.status_code, head.content) == (got.status_code, b"")
        if "etag" in got.headers:
            assert head.headers["content-length"] == got.headers["content-length"]
            assert head.headers["etag"] == got.headers["etag"]


def test_options_answers_a_preflight(api: Client) -> None:
    answer = api.options(BILL, headers={"origin": "https://example.org", "access-control-request-method": "GET"})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert answer.headers["access-control-allow-origin"] == "*"


def _addresses(api: Client) -> dict[str, set[str]]:
    """Every address of the OpenAPI document, its parameters filled with their examples, and the methods it documents.

    Addresses that the router sees as one, because their parameters only differ in name, share their methods.
    """
    found: dict[str, set[str]] = {}
    for path, item in api.get(PATH).json()["paths"].items():
        filled = path
        for operation in item.values():
            for each in operation.get("parameters", ()):
                if each["in"] == "path":
                    filled = filled.replace(f"{{{each['name']}}}", each["example"])
        assert "{" not in filled
        found.setdefault(filled, set()).update(method.upper() for method in item)
    return found


def test_every_address_says_which_methods_it_has(api: Client) -> None:
    """`Allow` and CORS come from the router: the same for OPTIONS and for 405, at every address."""
    addresses = _addresses(api)
    assert len(addresses) > 40
    assert addresses["/api/v1/scorecards"] == {"POST"}
    for address, documented in addresses.items():
        methods = sorted(documented | {"OPTIONS"} | ({"HEAD"} if "GET" in documented else set()))
        options = api.options(address)
        assert options.status_code == 204, address
        assert options.headers["allow"] == ", ".join(methods), address
        assert options.headers["access-control-allow-methods"] == options.headers["allow"]
        assert options.headers["access-control-max-age"] == "86400"
        sent = options.headers["access-control-allow-headers"].split(", ")
        assert ("Content-Type" in sent) == ("POST" in documented), address
        assert {"If-None-Match", "X-Request-Id"} <= set(sent)
        refused = api.request("DELETE", address)
        assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed"), address
        assert refused.headers["allow"] == options.headers["allow"], address
        assert refused.headers["access-control-allow-origin"] == "*"
        assert "Allow" in refused.headers["access-control-expose-headers"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_an_address_to_post_to_cannot_be_read(api: Client, method: str) -> None:
    answer = api.request(method, "/api/v1/scorecards")
    assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, POST")


def test_an_address_that_is_none_has_no_methods(api: Client) -> None:
    answer = api.options("/api/v1/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "access-control-allow-methods" not in answer.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_data_is_read_only(api: Client, method: str) -> None:
    answer = api.request(method, BILL)
    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"
    assert "GET" in answer.headers["allow"]


def test_a_sane_request_id_is_kept_and_another_replaced(api: Client) -> None:
    assert api.get(BILL, headers={"x-request-id": "gateway-12345"}).headers["x-request-id"] == "gateway-12345"
    for insane in ("short", "x" * 65, "with blanks in it", 'with"quotes'):
        assert api.get(BILL, headers={"x-request-id": insane}).headers["x-request-id"] != insane
    ids = {api.get(BILL).headers["x-request-id"] for _ in range(5)}
    assert len(ids) == 5


@pytest.mark.parametrize(
    ("accept", "status", "media_type"),
    [
        ("*/*", 200, "application/json"),
        ("application/json", 200, "application/json"),
        ("text/html, application/xhtml+xml, */*;q=0.8", 200, "application/json"),
        ("text/csv", 200, "text/csv; charset=utf-8; header=present"),
        ("application/x-ndjson;q=0.9, application/json;q=0.5", 200, "application/x-ndjson"),
        ("application/jsonl", 200, "application/x-ndjson"),
        ("text/csv;q=0, */*", 200, "application/json"),
        ("text/html", 406, "application/problem+json"),
        ("nonsense", 406, "application/problem+json"),
    ],
)
def test_a_list_comes_as_accepted(api: Client, accept: str, status: int, media_type: str) -> None:
    answer = api.get("/api/v1/bills?limit=2", headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (status, media_type)
    if status == 406:
        assert answer.json()["allowed"] == ["application/json", "text/csv", "application/x-ndjson"]


def test_a_single_entity_is_json_only(api: Client) -> None:
    assert api.get(BILL, headers={"accept": "text/csv"}).status_code == 406
    assert api.get(f"{BILL}.json").status_code == 200


@pytest.mark.parametrize(
    ("query", "code", "param"),
    [
        ("sesion=45-1", "unknown_parameter", "sesion"),
        ("session__like=45-1", "unknown_parameter", "session__like"),
        ("chamber__gt=commons", "unknown_parameter", "chamber__gt"),
        ("session=45", "invalid_value", "session"),
        ("session=", "invalid_value", "session"),
        ("chamber=lords", "invalid_value", "chamber"),
        ("status=royal", "invalid_value", "status"),
        ("limit=0", "invalid_value", "limit"),
        ("limit=501", "invalid_value", "limit"),
        ("limit=-1", "invalid_value", "limit"),
        ("limit=99999999999999999999", "invalid_value", "limit"),
        ("limit=%D9%A3", "invalid_value", "limit"),
        ("limit=5&limit=6", "invalid_value", "limit"),
        ("offset=10001", "invalid_value", "offset"),
        ("sort=title", "invalid_value", "sort"),
        ("sort=number,-number", "invalid_value", "sort"),
        ("lang=de", "invalid_value", "lang"),
        ("introduced_on=yesterday", "invalid_value", "introduced_on"),
        ("introduced_on=2025-02-30", "invalid_value", "introduced_on"),
        ("introduced_on__range=2025-01-02", "invalid_value", "introduced_on__range"),
        ("introduced_on__range=2025-01-02,2025-01-01", "invalid_value", "introduced_on__range"),
        ("introduced_on__gt=2025-01-02,2025-01-03", "invalid_value", "introduced_on__gt"),
        ("updated_since=0001-01-01T00:00:00%2B14:00", "invalid_value", "updated_since"),
        ("parliament=99999999999", "invalid_value", "parliament"),
        ("provisional=maybe", "invalid_value", "provisional"),
        ("sponsor=89156,Someone", "invalid_value", "sponsor"),
        ("title=" + "x" * 201, "invalid_value", "title"),
        ("cursor=abc", "invalid_value", "cursor"),
        ("cursor=%F0%9F%92%A9", "invalid_value", "cursor"),
        ("title=%00", "invalid_value", "query"),
        ("title=%FF", "invalid_value", "query"),
        ("title=a%0Ab", "invalid_value", "query"),
        ("title=" + "x" * 10_000, "invalid_value", "query"),
        ("&".join(f"title={n}" for n in range(200)), "invalid_value", "query"),
        ("session=" + ",".join(["45-1"] * 101), "invalid_value", "session"),
    ],
)
def test_what_cannot_be_answered_is_a_400_problem(api: Client, query: str, code: str, param: str) -> None:
    answer = api.get(f"/api/v1/bills?{query}")
    assert answer.status_code == 400, answer.text
    assert (answer.json()["code"], answer.json()["param"]) == (code, param)


def test_a_problem_names_the_nearest_and_the_allowed(api: Client) -> None:
    assert api.get("/api/v1/bills?sesion=45-1").json()["nearest"] == "session"
    problem = api.get("/api/v1/bills?status=royal-assent").json()
    assert problem["nearest"] == "royal-assent-received"
    assert "defeated" in problem["allowed"]
    assert api.get(f"{BILL}?langue=fr").json()["nearest"] == "lang"


@pytest.mark.parametrize(
    ("path", "en", "fr"),
    [
        ("/bills?sesion=45-1", "Did you mean `session`?", "Vouliez-vous dire `session`?"),
        ("/bills?limit=0", "must be a whole number from 1 to 500", "doit être un nombre entier de 1 à 500"),
        ("/bills?session=x", "is not a session", "s’écrit législature-session"),
        ("/bills/45-1/C-9998", "There is no bill 45-1/C-9998", "Introuvable\u00a0: projet de loi 45-1/C-9998."),
        ("/bills/45-1/C-6?revision=9999", "no revision 9999", "projet de loi 45-1/C-6, révision 9999."),
        ("/nothing", "There is nothing at this address", "Il n’y a rien à cette adresse"),
    ],
)
def test_a_problem_is_explained_in_both_languages(api: Client, path: str, en: str, fr: str) -> None:
    said_en, said_fr = api.get(f"/api/v1{path}").json()["detail"].split(" / ")
    assert en in said_en
    assert fr in said_fr


@pytest.mark.parametrize("path", ["/bills?sesion=45-1", "/bills/45-1/C-9998", "/nothing", "/bills?limit=0"])
def test_a_problem_is_in_the_language_asked_for(api: Client, path: str) -> None:
    both = api.get(f"/api/v1{path}").json()
    mark = "&" if "?" in path else "?"
    for place, lang in enumerate(("en", "fr")):
        problem = api.get(f"/api/v1{path}{mark}lang={lang}").json()
        assert problem["title"] == both["title"].split(" / ")[place]
        assert problem["detail"] == both["detail"].split(" / ")[place]


@pytest.mark.parametrize("query", ["lang=de", "lang=fr&lang=en"])
def test_a_problem_of_the_language_itself_is_in_both(api: Client, query: str) -> None:
    assert api.get(f"/api/v1/bills?{query}").json()["title"] == "Invalid value / Valeur invalide"


@pytest.mark.parametrize(
    ("query", "nearest"),
    [("members?caucus=ndp", "party"), ("votes?date=2025-06-01", "held_on"), ("bills?date=2025-06-01", "introduced_on")],
)
def test_another_word_for_a_parameter_leads_to_it(api: Client, query: str, nearest: str) -> None:
    assert api.get(f"/api/v1/{query}").json()["nearest"] == nearest


def test_every_address_of_the_first_page_answers(api: Client) -> None:
    links = [unescape(each) for each in re.findall(r"""href=["']([^"']+)""", api.get("/").text)]
    assert len(links) > 20
    answers = {link: api.get(link).status_code for link in links}
    needs_more = {link for link in links if "/v1/search" in link or "/statistics/" in link}  # stores that are not here
    assert {code for link, code in answers.items() if link not in needs_more} == {200}
    assert {answers[link] for link in needs_more} == {503}


@pytest.mark.parametrize(("guessed", "real"), [("/api", "/docs"), ("/api/v1", "/docs"), ("/openapi.json", PATH)])
def test_an_address_that_people_guess_leads_on(api: Client, guessed: str, real: str) -> None:
    answer = api.get(guessed, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, real)


@pytest.mark.parametrize("path", ["/api/v1/bills/%00", "/api/v1/bills/%FF", "/api/v1/" + "a" * 2000])
def test_an_odd_path_is_refused(api: Client, path: str) -> None:
    assert api.get(path).status_code == 400


PAGES = (
    "/", "/docs", "/docs/start.js", "/docs/swagger-ui.css", "/problems", "/problems/not_found", "/dictionary",
    "/dictionary?lang=fr", "/quality", "/quality?lang=fr", "/coverage", "/llms.txt", "/metrics", PATH,
)  # fmt: skip


def _answers(api: Client, address: str) -> Iterator[Response]:
    """Every kind of answer that an address gives."""
    query = "&" if "?" in address else "?"
    first = api.get(address)
    yield first
    yield api.get(address)  # from memory, where it may be kept
    if "etag" in first.headers:
        yield api.get(address, headers={"if-none-match": first.headers["etag"]})
    yield api.head(address)
    yield api.options(address)
    yield api.request("PROPFIND", address)
    yield api.get(f"{address}{query}no_such=1")
    yield api.get(f"{address.partition('?')[0]}/no/such")


def test_every_answer_of_every_address_has_the_headers_of_all(api: Client) -> None:
    """Its id, how long it took and on what, and what browsers may do with it."""
    statuses = set()
    for address in (*_addresses(api), *PAGES):
        if address.endswith("/stream"):
            continue  # it has no end
        for answer in _answers(api, address):
            where, headers = (answer.request.method, str(answer.request.url)), answer.headers
            statuses.add(answer.status_code)
            assert re.fullmatch(r"[0-9a-f]{12}-[0-9a-f]+", headers["x-request-id"]), where
            assert re.fullmatch(r"[0-9]+\.[0-9]{2}ms", headers["x-response-time"]), where
            assert headers["server-timing"].startswith("cache;desc="), where
            assert "strict-transport-security" not in headers, where
            if answer.status_code != 304:
                assert headers["x-content-type-options"] == "nosniff", where
                assert headers["referrer-policy"] == "no-referrer", where
            if headers.get("content-type", "").startswith("text/html"):
                policy = headers["content-security-policy"]
                assert policy.startswith("default-src 'none'; "), where
                assert "frame-ancestors 'none'" in policy, where
                assert "script-src" not in policy or address == "/docs", where
                assert "unsafe" not in policy or address == "/docs", where
    assert statuses >= {200, 204, 304, 400, 404, 405, 503}


@pytest.mark.parametrize("path", ["/", "/problems", "/dictionary", "/quality", "/coverage"])
def test_the_style_of_a_page_is_the_one_that_its_policy_allows(api: Client, path: str) -> None:
    page = api.get(path)
    styles = re.findall("<style>(.*?)</style>", page.text, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles]
    assert [f"'sha256-{digest}'" for digest in digests] == re.findall(
        "'sha256-[^']+'", page.headers["content-security-policy"]
    )
    assert " style=" not in page.text


def test_timings_say_what_an_answer_took(api: Client) -> None:
    computed = api.get("/api/v1/bills?limit=7&sort=-number").headers["server-timing"]
    found = dict(re.findall(r"(\w+);dur=([0-9.]+)", computed))
    assert list(found) == ["store", "app", "encode"]
    assert float(found["store"]) > 0
    assert api.get("/api/v1/bills?limit=7&sort=-number").headers["server-timing"] == 'cache;desc="memory"'


def test_a_contact_that_is_not_set_is_not_invented(api: Client) -> None:
    assert api.get("/.well-known/security.txt").status_code == 404


def test_an_assistant_is_told_the_addresses_the_limits_and_the_licence(api: Client) -> None:
    answer = api.get("/llms.txt")
    assert answer.headers["content-type"].startswith("text/markdown")
    assert answer.text.startswith("# OpenPolicy\n\n> ")
    for said in ("- `GET /api/v1/bills`: Bills\n", "Projets de loi", "Apache-2.0", "?lang=fr", "not limited"):
        assert said in answer.text
    for link in re.findall(r"\]\((/[^)]+)\)", answer.text):
        assert api.get(link).status_code == 200


@pytest.mark.parametrize("path", ["/", "/docs", "/api/v1/docs", "/docs/start.js", "/problems", "/problems/not_found"])
def test_no_page_loads_anything_from_another_host(api: Client, path: str) -> None:
    page = api.get(path)
    assert page.status_code == 200
    assert not re.search(r"""(?:src|href|url)\s*[=(:]\s*["']?\s*(?:https?:)?//""", page.text)


def test_the_scripts_of_the_documentation_are_ours(api: Client) -> None:
    for address in re.findall(r"(?:src|href)=(/[\w./-]+)", api.get("/docs").text):
        answer = api.get(address)
        assert answer.status_code == 200
        assert len(answer.content) > 100
    assert api.get("/docs/../app.py").status_code == 404


def test_openapi_knows_every_filter_and_problem(api: Client) -> None:
    document = api.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    bills = document["paths"]["/api/v1/bills"]["get"]
    assert {"session", "status", "cursor", "lang"} <= {each["name"] for each in bills["parameters"]}
    assert {"text/csv", "application/x-ndjson", "application/json"} == set(bills["responses"]["200"]["content"])
    assert {"304", "400", "404", "406", "410", "503"} <= set(bills["responses"])
    for path, item in document["paths"].items():
        for operation in item.values():
            assert " / " in operation["summary"], path
            for each in operation.get("parameters", ()):
                assert " / " in each["description"], (path, each["name"])
                assert each["in"] != "path" or each["example"], (path, each["name"])
    card = document["paths"]["/api/v1/scorecards"]["post"]["requestBody"]["content"]["application/json"]
    assert card["schema"]["$ref"].removeprefix("#/components/schemas/") in document["components"]["schemas"]
    assert msgspec.convert(card["example"], Scorecard).votes[0].strong
    assert "cdn" not in api.get("/api/v1/openapi.json").text


def test_liveness_readiness_and_metrics(api: Client) -> None:
    assert api.get("/health").json() == {"status": "alive"}
    ready = api.get("/ready")
    assert ready.status_code == 200
    assert [each["name"] for each in ready.json()["dependencies"]] == [
        "catalog",
        "shard_0",
        "shard_1",
        "shard_2",
        "shard_3",
        "search",
        "clickhouse",
        "objects",
        "redis",
    ]
    api.get(BILL)
    api.get(BILL)
    api.get("/api/v1/never/heard/of")
    text = api.get("/metrics").text
    bill = r'cache="memory",route="/api/v1/bills/\{session\}/\{number\}",service="bills",status="200"'
    assert re.search(rf"requests_total\{{{bill}\}} \d", text)
    assert 'route="unmatched",service="platform",status="404"' in text
    assert "never" not in text
    assert 'openpolicy_database_up{database="shard_3"} 1.0' in text
    until = time.monotonic() + 60
    while 'openpolicy_lag_events{consumer="lists",place="shard_3"} 0.0' not in api.get("/metrics").text:
        assert time.monotonic() < until, "how far the lists are is read beside requests, at once and then every ten s"
        time.sleep(0.05)
    assert "openpolicy_oldest_unprocessed_seconds 0.0" in api.get("/metrics").text
