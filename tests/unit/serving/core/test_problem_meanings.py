"""The page of problems explains every one of them in both languages."""

import pytest

from serving.core.http.errors import DOCUMENTED, RequestError
from serving.core.site.pages import problem_page


@pytest.mark.parametrize("error", DOCUMENTED)
def test_every_problem_has_its_meaning(error: type[RequestError]) -> None:
    page = problem_page(error.code)
    assert all(title in page for title in error.titles)
    assert "<span lang=fr>" in page
