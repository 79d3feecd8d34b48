"""What a request to ClickHouse's protocol asks for."""

from typing import Any
from urllib.parse import urlencode

import pytest

from deploy.local.clickhouse.messages import statement
from warehouse.runtime.errors import SettingInvalid
from warehouse.runtime.settings import read_settings


def asked(body: bytes, **fields: str) -> Any:
    return statement(urlencode(fields), "", None, body)


def test_an_insert_is_told_from_its_data() -> None:
    found = asked(b"insert into `a b` (`x`, `y`) format CSV\n1,2\nINSERT INTO z FORMAT TSV\n", database="d")
    assert (found.sql, found.format, found.database) == ("insert into `a b` (`x`, `y`)", "CSV", "d")
    assert found.data == b"1,2\nINSERT INTO z FORMAT TSV\n"
    in_address = asked(b"\x00\xff", query="INSERT INTO t FORMAT Native")
    assert (in_address.sql, in_address.data) == ("INSERT INTO t", b"\x00\xff")


@pytest.mark.parametrize("sql", [b"insert into t values (1)", b"insert into t (x) select 1", b"select 'format'"])
def test_other_statements_bring_no_data(sql: bytes) -> None:
    assert asked(sql).data is None


def test_the_format_is_the_statements_own_then_the_header_then_the_default() -> None:
    assert asked(b"select 1 format Arrow ;").format == "Arrow"
    assert statement("", "", "JSON", b"select 1").format == "JSON"
    assert asked(b"select 1").format == "TabSeparated"


def test_a_request_for_nothing_is_none_and_nonsense_is_refused() -> None:
    assert asked(b"  ") is None
    with pytest.raises(ValueError, match="utf-8"):
        asked(b"select '\xff'")
    with pytest.raises(ValueError, match="form"):
        statement("", "multipart/form-data", None, b"x")


def test_the_address_of_clickhouse_is_checked_and_shown_without_its_password() -> None:
    settings = read_settings({"OPENPOLICY_CLICKHOUSE_URL": "http://me:secret@h:8123/openpolicy"})
    assert settings.masked()["clickhouse_url"] == "http://me:***@h:8123/openpolicy"
    with pytest.raises(SettingInvalid, match="OPENPOLICY_CLICKHOUSE_URL"):
        read_settings({"OPENPOLICY_CLICKHOUSE_URL": "clickhouse://h:9000/openpolicy"})
