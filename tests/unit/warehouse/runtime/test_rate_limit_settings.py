"""Limits and proxies as they may be written."""

import pytest

from warehouse.runtime.errors import SettingInvalid
from warehouse.runtime.settings import read_settings


def test_limits_and_proxies_are_read() -> None:
    settings = read_settings(
        {"OPENPOLICY_RATE_LIMIT": "60/minute, 1000/hour", "OPENPOLICY_TRUSTED_PROXIES": "10.0.0.0/8,192.0.2.1,fd00::/8"}
    )
    assert settings.rate_limit == ("60/minute", "1000/hour")
    assert settings.trusted_proxies == ("10.0.0.0/8", "192.0.2.1", "fd00::/8")
    assert read_settings({}).rate_limit == ()


@pytest.mark.parametrize(
    "text", ["60", "0/minute", "60/month", "-1/hour", "60/minute,", "60/minute,100/minute", "x/day"]
)
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(SettingInvalid, match="OPENPOLICY_RATE_LIMIT") as refused:
        read_settings({"OPENPOLICY_RATE_LIMIT": text})
    assert "60/minute,1000/hour" in str(refused.value)


@pytest.mark.parametrize("text", ["proxy", "10.0.0.1/8", "10.0.0.0/8,", "300.0.0.1"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(SettingInvalid, match="OPENPOLICY_TRUSTED_PROXIES"):
        read_settings({"OPENPOLICY_TRUSTED_PROXIES": text})
