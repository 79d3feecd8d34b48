"""The quality report as a page in one language. No script, nothing from another host."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, Final

from serving.core.answers.links import API
from serving.core.answers.texts import Text
from serving.core.site.policy import NOTE_STYLE, policy_of
from serving.quality.schemas import DocsOut, FindingOut, QualityOut, RuleOut
from serving.quality.words import PageLang, word
from warehouse.model.quality import Day

DATA_DOCS_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""What Great Expectations writes has styles of its own; its scripts come from other hosts and are not run."""
_LAYOUT: Final = """\
body{font:1rem/1.5 system-ui,sans-serif;max-width:68rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}
td,th{text-align:left;vertical-align:top;padding:.3rem .7rem .3rem 0;border-bottom:1px solid #ddd}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
ul.facts{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:1rem}
ul.facts li{border:1px solid #ccc;border-radius:.4rem;padding:.5rem 1rem}ul.facts b{font-size:1.6rem;display:block}
@media(max-width:50rem){table{display:block;overflow-x:auto}}
.bad{color:#a3161c}.good{color:#11633a}.day{white-space:nowrap}small{color:#555}code{overflow-wrap:anywhere}
"""
STYLE: Final = _LAYOUT + NOTE_STYLE
POLICY: Final = policy_of(STYLE)
_SHOWN: Final = 5
_WIDTH, _HEIGHT = 720, 120


def page(found: QualityOut, lang: PageLang, *, simulated: bool) -> str:
    """The whole page."""

    def w(key: str) -> str:
        return escape(word(key, lang))

    other = "en" if lang == "fr" else "fr"
    parts = [
        f"<!doctype html><html lang={lang}><meta charset=utf-8><title>OpenPolicy: {w('title')}</title>"
        f"<meta name=viewport content='width=device-width'><style>{STYLE}</style>",
        f"<p><a href='/quality?lang={other}' lang={other}>{w('other')}</a> · <a href='/'>OpenPolicy</a> · "
        f"<a href='{API}/quality?lang={lang}'>{w('json')}</a></p>",
        f"<p role=note class=note><strong>{w('simulated')}</strong></p>" if simulated else "",
        f"<h1>{w('title')}</h1><p>{w('intro')}</p>",
        _held_back(found, lang),
        _facts(found, lang),
        f"<h2>{w('trend')}</h2>{_trend(found.trend, w('trend'))}" if found.trend else "",
        f"<h2>{w('by_rule')}</h2>{_rules(found.rules, lang)}",
        f"<h2>{w('by_session')}</h2>{_sessions(found, lang)}",
        f"<h2>{w('disputed_title')}</h2>{_disputed(found, lang)}",
        f"<h2>{w('quarantined_title')}</h2>{_quarantined(found, lang)}",
        f"<h2>{w('docs')}</h2>{_docs(found, lang)}",
    ]
    return "".join(parts)


def _held_back(found: QualityOut, lang: PageLang) -> str:
    """First of all: what is missing, why, and what to do."""
    if not found.held_back:
        return ""

    def said(text: Text) -> str:
        return escape(str(text.fr if lang == "fr" else text.en))

    rows = [
        (
            f"<strong>{said(each.missing)}</strong>: ".replace(": ", "\u00a0: " if lang == "fr" else ": ")
            + said(each.effect),
            f"{_message(each.reason_text, lang)}<br><small><code>{escape(each.url)}</code></small>",
            said(each.next_step),
        )
        for each in found.held_back
    ]
    return (
        f"<h2 class=bad>{escape(word('held_back', lang))}</h2>{_table(('missing', 'reason', 'next_step'), rows, lang)}"
    )


def _facts(found: QualityOut, lang: PageLang) -> str:
    votes, bills = sum(each.votes for each in found.sessions), sum(each.bills for each in found.sessions)
    facts = {
        "bills": bills,
        "votes": votes,
        "findings": found.open_findings,
        "quarantined": found.quarantined,
        "disputed": len(found.disputed),
    }
    items = "".join(f"<li><b>{number(count, lang)}</b>{escape(word(key, lang))}" for key, count in facts.items())
    return f"<ul class=facts>{items}</ul>"


def _rules(rules: Sequence[RuleOut], lang: PageLang) -> str:
    rows = [
        (
            f"{escape(_title(rule, lang))}<br><small><code>{escape(rule.rule)}</code></small>",
            escape(word(rule.entity, lang)),
            rule.open,
            ", ".join(_linked(each, lang) for each in rule.examples[:_SHOWN])
            + f" · <a href='{escape(rule.findings)}'>{escape(word('all', lang))}</a>",
        )
        for rule in rules
    ]
    return _table(("rule", "about", "open", "first"), rows, lang)


def _title(rule: RuleOut, lang: PageLang) -> str:
    return str(rule.title.fr if lang == "fr" else rule.title.en)


def _linked(finding: FindingOut, lang: PageLang) -> str:
    key, text = escape(finding.key), finding.text
    hint = escape(str((lang == "fr" and text.fr) or text.en))
    shown = f"<a href='{escape(finding.url)}' title='{hint}'>{key}</a>" if finding.url else key
    if finding.document_url is None:
        return shown
    return f"{shown} <small>(<a href='{escape(finding.document_url)}' rel=noreferrer>doc</a>)</small>"


def _message(text: Text, lang: PageLang) -> str:
    """A message in the language of the page; one without French is marked as English."""
    if lang == "en" or text.fr:
        return escape(str(text.fr if lang == "fr" else text.en))
    return f"<span lang=en>{escape(str(text.en))}</span>"


def _sessions(found: QualityOut, lang: PageLang) -> str:
    columns = ("session", "bills", "without_french", "provisional", "votes", "without_french", "without_ballots",
               "disputed", "last_vote", "documents", "broken")  # fmt: skip
    rows = [
        (
            f"<a href='{API}/sessions/{escape(each.session)}'>{escape(each.session)}</a>",
            each.bills,
            each.bills_without_french,
            each.bills_provisional,
            each.votes,
            each.votes_without_french,
            each.votes_without_ballots,
            each.votes_disputed,
            f"<span class=day>{each.last_held_on or '–'}</span>",
            each.documents,
            each.documents_broken,
        )
        for each in found.sessions
    ]
    return _table(columns, rows, lang)


def _disputed(found: QualityOut, lang: PageLang) -> str:
    rows = [
        (
            f"<a href='{API}/votes/{escape(each.key)}'>{escape(each.key)}</a>",
            _totals(each.announced),
            _totals(each.counted),
        )
        for each in found.disputed
    ]
    return _table(("vote", "announced", "counted"), rows, lang)


def _quarantined(found: QualityOut, lang: PageLang) -> str:
    rows = [
        (f"<code>{escape(each.url)}</code> {escape(each.record_key)}", _message(each.reason_text, lang))
        for each in found.quarantined_records
    ]
    return _table(("document", "reason"), rows, lang)


def _docs(found: QualityOut, lang: PageLang) -> str:
    if not found.data_docs:
        return f"<p>{escape(word('none', lang))}</p>"
    colon = "\u00a0: " if lang == "fr" else ": "
    items = "".join(
        f"<li><a href='{escape(each.url)}'>{_suite(each, lang)}</a>{colon}"
        f"<span class={'good' if each.passed else 'bad'}>"
        f"{escape(word('met' if each.passed else 'not_met', lang))}</span>"
        for each in found.data_docs
    )
    return f"<ul>{items}</ul>"


def _suite(docs: DocsOut, lang: PageLang) -> str:
    return escape(" ".join(filter(None, (word(docs.suite, lang), docs.session))))


def _totals(values: Iterable[int | None]) -> str:
    return " – ".join("?" if value is None else str(value) for value in values)


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]], lang: PageLang) -> str:
    """Cells that are numbers go to the right; the others are HTML already."""
    if not rows:
        return f"<p>{escape(word('none', lang))}</p>"
    is_number = [isinstance(value, int) for value in rows[0]]
    head = "".join(
        f"<th{' class=n' if right else ''}>{escape(word(name, lang))}"
        for name, right in zip(columns, is_number, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td class=n>{number(value, lang)}" if isinstance(value, int) else f"<td>{value}" for value in row)
        for row in rows
    )
    return f"<table><tr>{head}{body}</table>"


def number(value: int, lang: PageLang) -> str:
    """Thousands as each language writes them."""
    return f"{value:,}".replace(",", " ") if lang == "fr" else f"{value:,}"


def _trend(days: Sequence[Day], label: str) -> str:
    """Bars a day as SVG, drawn here: a plotting library would be 30 MB for twenty rectangles."""
    totals = [sum(day.findings.values()) for day in days]
    most = max([*totals, 1])
    width = min(_WIDTH / len(days), 48)
    ends = f"{days[0].day}: {totals[0]}" + (f" … {days[-1].day}: {totals[-1]}" if len(days) > 1 else "")
    if not any(totals):
        return f"<p><small>{ends}</small></p>"  # bars of no height are an empty space
    bars = "".join(
        f"<rect x='{place * width:.1f}' y='{_HEIGHT - total / most * _HEIGHT:.1f}' width='{width - 1:.1f}' "
        f"height='{total / most * _HEIGHT:.1f}' fill='#38618c'><title>{day.day}: {total}</title></rect>"
        for place, (day, total) in enumerate(zip(days, totals, strict=True))
    )
    return (
        f"<svg role=img aria-label='{label}: {ends}' width={_WIDTH} height={_HEIGHT} viewBox='0 0 {_WIDTH} {_HEIGHT}'>"
        f"{bars}</svg><br><small>{ends}</small>"
    )
