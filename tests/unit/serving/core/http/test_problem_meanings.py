"""The page of problems explains every one of them in both languages."""

import pytest

from serving.app import SERVICES
from serving.core.http.errors import DOCUMENTED, RequestError
from serving.core.site.pages import problem_page


@pytest.mark.parametrize("error", [*DOCUMENTED, *(error for service in SERVICES for error in service.problems)])
def test_every_problem_has_its_meaning(error: type[RequestError]) -> None:
    page = problem_page(SERVICES, error.code)
    assert all(title in page for title in error.titles)
    assert f"<span lang=fr>{error.meaning_fr}</span>" in page
    assert error.meaning_fr != RequestError.meaning_fr
