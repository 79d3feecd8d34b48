"""The engines that the search suite is run with."""

from pathlib import Path

import pytest


@pytest.fixture
def search_url(tmp_path: Path) -> str:
    """An index of its own for one test."""
    return f"tantivy:{tmp_path / 'search'}"
