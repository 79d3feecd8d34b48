"""`security.txt` by RFC 9116: a contact, and an expiry that is never past."""

import datetime as dt

import pytest

from serving.core.site.plain_texts import security_text
from warehouse.runtime.errors import SettingInvalid
from warehouse.runtime.settings import read_settings


@pytest.mark.parametrize("moment", ["2026-01-01T00:00:00+00:00", "2026-12-31T23:59:59.9+00:00"])
def test_the_contact_is_good_for_less_than_a_year(moment: str) -> None:
    now = dt.datetime.fromisoformat(moment)
    lines = security_text(("mailto:security@example.org", "https://example.org/report"), now).splitlines()
    assert lines[:2] == ["Contact: mailto:security@example.org", "Contact: https://example.org/report"]
    name, _, text = lines[2].partition(": ")
    assert name == "Expires"
    left = dt.datetime.fromisoformat(text) - now
    assert dt.timedelta(days=178) < left < dt.timedelta(days=365)
    assert lines[3:] == ["Preferred-Languages: en, fr"]


def test_a_contact_is_an_address_that_programs_can_use() -> None:
    settings = read_settings({"OPENPOLICY_SECURITY_CONTACT": "mailto:a@example.org, https://example.org/s"})
    assert settings.security_contact == ("mailto:a@example.org", "https://example.org/s")
    for text in ("security@example.org", "http://example.org", "mailto:a@example.org\nExpires: 2000-01-01T00:00:00Z"):
        with pytest.raises(SettingInvalid, match="OPENPOLICY_SECURITY_CONTACT"):
            read_settings({"OPENPOLICY_SECURITY_CONTACT": text})
