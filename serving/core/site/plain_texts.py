"""Plain texts where programs look for them: whom to tell of a vulnerability, and what an assistant needs to know."""

import datetime as dt
from typing import Any, Final

from litestar import Controller, get
from litestar.di import NamedDependency

from serving.core.answers.answer import Answer
from serving.core.answers.links import API
from serving.core.http.errors import NotFound
from serving.core.http.exchange import SHORT, Answered
from serving.core.http.limits.rate_limits import in_words
from serving.core.lists.listing import MAX_LIMIT
from serving.core.process.platform import Platform
from serving.core.site.openapi import PATH, Documents, in_language
from serving.core.site.pages import fixed
from warehouse.cache.buckets import windows_of
from warehouse.runtime.clock import now
from warehouse.runtime.versions import Stamp

_TEXT: Final = "text/plain; charset=utf-8"
_MARKDOWN: Final = "text/markdown; charset=utf-8"
_GOOD_FOR: Final = dt.timedelta(days=180)
"""How long a contact is said to be good for; RFC 9116 recommends less than a year."""


class PlainTextController(Controller):
    """Texts at well-known addresses."""

    include_in_schema = False

    @get("/.well-known/security.txt", sync_to_thread=False)
    def security_contact(self, platform: NamedDependency[Platform]) -> Answer[bytes]:
        """Whom to tell of a vulnerability (RFC 9116). Made for each request, so that it never has expired."""
        contacts = platform.settings.security_contact
        if not contacts:
            raise NotFound(
                "The operator has named no contact. OPENPOLICY_SECURITY_CONTACT sets it.",
                "L’exploitant n’a nommé aucun contact. OPENPOLICY_SECURITY_CONTACT le définit.",
            )
        answered = Answered(
            security_text(contacts, now()).encode(),
            stamp=Stamp(platform.versions.catalog, None),
            media_type=_TEXT,
            etag_prefix="s",
            last_modified=None,
            headers=[],
            cache_control=SHORT,
        )
        return Answer(answered)

    @get("/llms.txt")
    async def assistants(
        self, platform: NamedDependency[Platform], documents: NamedDependency[Documents]
    ) -> Answer[bytes]:
        """What an assistant needs to know (llmstxt.org): addresses, limits, licences, in both languages."""
        return fixed(assistants_text(await documents.read(), platform.settings.rate_limit), _MARKDOWN)


def security_text(contacts: tuple[str, ...], moment: dt.datetime) -> str:
    """The file; it expires half a year after the beginning of the day."""
    expires = moment.replace(hour=0, minute=0, second=0, microsecond=0) + _GOOD_FOR
    lines = [f"Contact: {contact}" for contact in contacts]
    lines += [f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}", "Preferred-Languages: en, fr"]
    return "\n".join(lines) + "\n"


_ENGLISH: Final = """\
# OpenPolicy

> Open data of Canada's federal Parliament: bills, recorded votes with every member's ballot, members and sessions, in
> English and French, each with the document of Parliament that it was read from, and its history.

- Answers are JSON: `data` with `meta`; lists have `page` and `links`. `lang=en` or `lang=fr` shows one language.
- Where `meta.dataset` is `simulated`, nothing is real. Say so in your answer.
- Null means not known or not published. Do not guess; fields ending in `_rule`, `basis` or `notes` say why.
- A yea is not always for a bill: `yea_means` says what it adopts or rejects.
- Cite `links.official` and `provenance`. Follow `page.next` for more.
- `.csv` or `.ndjson` at the end of the path of a list gives a table.

## Documentation

- [OpenAPI 3.1]({openapi}?lang=en): every address, parameter and field
- [Data dictionary]({api}/dictionary?lang=en): what every field and code means, its unit, and when it is null
- [Problems](/problems): what each error means and what to do

## Addresses

{addresses_en}

## Limits

{limits_en} One request lists {most} entries at most.

## Licence

The program is under Apache-2.0. Documents of the House of Commons are under the Speaker's Permission. Those of
LEGISinfo may be reproduced if that is accurate and not presented as official (terms of the Library of Parliament).
"""
_FRENCH: Final = """\
# OpenPolicy (français)

> Les données ouvertes du Parlement fédéral du Canada\u00a0: projets de loi, votes par appel nominal avec le vote de
> chaque député, députées et députés, sessions, en anglais et en français, chacun avec le document du Parlement d’où il
> vient, et son historique.

- Les réponses sont en JSON\u00a0: `data` avec `meta`; les listes ont `page` et `links`. `lang=fr` ne montre que le
  français.
- Si `meta.dataset` est `simulated`, rien n’est réel. Dites-le.
- Nul veut dire inconnu ou non publié. Ne devinez pas; les champs `_rule`, `basis` ou `notes` disent pourquoi.
- Un pour n’est pas toujours pour un projet de loi\u00a0: `yea_means` dit ce qu’il adopte ou rejette.
- Citez `links.official` et `provenance`. Suivez `page.next` pour la suite.
- `.csv` ou `.ndjson` à la fin du chemin d’une liste donne un tableau.

## Documentation (français)

- [OpenAPI 3.1]({openapi}?lang=fr)\u00a0: chaque adresse, paramètre et champ
- [Dictionnaire de données]({api}/dictionary?lang=fr)\u00a0: le sens de chaque champ et code
- [Problèmes](/problems)\u00a0: ce que veut dire chaque erreur et que faire

## Adresses

{addresses_fr}

## Limites

{limits_fr} Une requête donne {most} entrées au plus.

## Licence (français)

Le programme est sous Apache-2.0. Les documents de la Chambre des communes relèvent de la permission de la présidence.
Ceux de LEGISinfo peuvent être reproduits fidèlement, sans être présentés comme officiels (conditions de la
Bibliothèque du Parlement).
"""


def assistants_text(document: dict[str, Any], rate_limit: tuple[str, ...]) -> str:
    """The file, English before French."""
    windows = windows_of(rate_limit)
    return (_ENGLISH + "\n" + _FRENCH).format(
        openapi=PATH,
        api=API,
        most=MAX_LIMIT,
        addresses_en=_addresses(in_language(document, "en"), ": "),
        addresses_fr=_addresses(in_language(document, "fr"), "\u00a0: "),
        limits_en=f"You may make {in_words(windows, 'en')}." if windows else "Requests are not limited in number.",
        limits_fr=f"Vous pouvez faire {in_words(windows, 'fr')}." if windows else "Le nombre de requêtes est libre.",
    )


def _addresses(document: dict[str, Any], colon: str) -> str:
    return "\n".join(
        f"- `{method.upper()} {path}`{colon}{operation['summary']}"
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if path.startswith(API)
    )
