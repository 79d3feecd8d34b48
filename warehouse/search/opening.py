"""Opens the index of a setting, and imports an engine's driver only if it is used."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from warehouse.runtime.errors import SettingInvalid
from warehouse.runtime.settings import mask_url
from warehouse.search.port import SearchIndex


def open_index(url: str) -> SearchIndex:
    """The index of `OPENPOLICY_SEARCH_URL`. If its engine is unavailable, the methods of the index raise errors.

    Raises:
        SettingInvalid: no engine has such a URL.
    """
    parts = urlsplit(url)
    if parts.scheme == "tantivy" and parts.path.startswith("/"):
        from warehouse.search.tantivy.index import TantivyIndex  # noqa: PLC0415

        return TantivyIndex(Path(unquote(parts.path)))
    if parts.scheme in {"http", "https"} and parts.hostname:
        from warehouse.search.elasticsearch.index import ElasticsearchIndex  # noqa: PLC0415

        return ElasticsearchIndex(url)
    raise SettingInvalid(
        f"OPENPOLICY_SEARCH_URL is {mask_url(url)!r}.", fix="It must be tantivy:/folder or http(s)://host:port."
    )
