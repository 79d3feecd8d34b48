"""The files that pages load."""

from functools import cache
from pathlib import Path
from typing import Final

from litestar import Controller, get
from litestar.params import FromPath

from serving.core.answers.answer import Answer
from serving.core.http.errors import NotFound
from serving.core.site.pages import fixed

_FOLDER: Final = Path(__file__).parent / "static"
_MEDIA_TYPES: Final = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


@cache
def _files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir())}


class StaticController(Controller):
    """The files that pages load."""

    path = "/static"
    include_in_schema = False

    @get("/{name:str}", sync_to_thread=False)
    def static_file(self, name: FromPath[str]) -> Answer[bytes]:
        """One of them."""
        body = _files().get(name)
        if body is None:
            raise NotFound("There is no such file.", "Ce fichier n’existe pas.")
        return fixed(body, _MEDIA_TYPES[Path(name).suffix])
