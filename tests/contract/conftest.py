"""The engines that the search suite is run with."""

from pathlib import Path

import pytest

from warehouse.search import elasticsearch_client


@pytest.fixture(params=["tantivy", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def search_url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An index of its own for one test; a server that has just started on a busy machine may take its time."""
    if request.param == "elasticsearch":
        monkeypatch.setattr(elasticsearch_client, "READ_TIMEOUT_S", 30.0)
        return str(request.getfixturevalue("elasticsearch_url"))
    return f"tantivy:{tmp_path / 'search'}"
