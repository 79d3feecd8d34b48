"""Pictures of a page, drawn on the server as SVG; a table with the same figures stands beside each."""

import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from markupsafe import Markup

COLOURS: Final[dict[str, str]] = {
    "liberal": "#d71920",
    "conservative": "#1a4782",
    "bloc-quebecois": "#33b2cc",
    "ndp": "#f37021",
    "green": "#3d9b35",
    "independent": "#777777",
}
"""The colours that the caucuses use of themselves, each on its own; a letter in each seat tells them apart too."""
_OTHER: Final = "#8a6fae"
_LETTERS: Final[dict[str, str]] = {
    "liberal": "L",
    "conservative": "C",
    "bloc-quebecois": "B",
    "ndp": "N",
    "green": "G",
    "independent": "I",
}
_ROW: Final = 26
_LABEL: Final = 150
_WIDE: Final = 560


class Seats(NamedTuple):
    """The seats of one caucus."""

    code: str
    seats: int


def colour_of(code: str | None) -> str:
    """The colour of a caucus; one colour for all that are not in the table."""
    return COLOURS.get(code or "", _OTHER)


def vote_bars(rows: Sequence[Any], title: str, words: dict[str, str]) -> Markup:
    """Yeas to the right of the middle and nays to the left, a row for each caucus; patterns tell the sides apart."""
    most = max((max(int(row["yeas"]), int(row["nays"])) for row in rows), default=1) or 1
    half = (_WIDE - _LABEL) // 2
    middle = _LABEL + half
    parts = [
        Markup(
            "<svg viewBox='0 0 {w} {h}' role='img' class='bars' xmlns='http://www.w3.org/2000/svg'><title>{t}</title>"
        ).format(w=_WIDE, h=_ROW * (len(rows) + 1), t=title),
        Markup("<text x='{x}' y='17' text-anchor='end'>{n}</text><text x='{y}' y='17'>{p}</text>").format(
            x=middle - 6, n=words["nay"], y=middle + 6, p=words["yea"]
        ),
    ]
    for number, row in enumerate(rows, start=1):
        top = number * _ROW
        yeas, nays = int(row["yeas"]), int(row["nays"])
        left, right = round(nays / most * (half - 34)), round(yeas / most * (half - 34))
        parts.append(
            Markup(
                "<text x='0' y='{ty}'>{name}</text>"
                "<rect x='{lx}' y='{top}' width='{lw}' height='18' fill='{c}' fill-opacity='.45' stroke='{c}'/>"
                "<rect x='{m}' y='{top}' width='{rw}' height='18' fill='{c}' stroke='{c}'/>"
                "<text x='{lt}' y='{ty}' text-anchor='end'>{nays}</text><text x='{rt}' y='{ty}'>{yeas}</text>"
            ).format(
                name=row["name"],
                ty=top + 15,
                top=top + 1,
                lx=middle - left,
                lw=left,
                rw=right,
                m=middle,
                c=colour_of(row["code"]),
                lt=middle - left - 4,
                rt=middle + right + 4,
                nays=nays,
                yeas=yeas,
            )
        )
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def hemicycle(seats: Sequence[Seats], title: str) -> Markup:
    """The seats of a House as a half circle, a dot and a letter each, by caucus from one side to the other."""
    total = sum(each.seats for each in seats)
    rows = max(4, round(math.sqrt(total / 4.2)))
    places = _places(total, rows)
    codes = [each.code for each in seats for _ in range(each.seats)]
    parts = [
        Markup(
            "<svg viewBox='0 0 640 340' role='img' class='seats' xmlns='http://www.w3.org/2000/svg'><title>"
        ).format()
        + title
        + Markup("</title>")
    ]
    for (x, y), code in zip(places, codes, strict=True):
        parts.append(
            Markup(
                "<circle cx='{x}' cy='{y}' r='9' fill='{c}'/><text x='{x}' y='{ty}' text-anchor='middle'>{l}</text>"
            ).format(x=x, y=y, ty=y + 4, c=colour_of(code), l=_LETTERS.get(code, "·"))
        )
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def _places(total: int, rows: int) -> list[tuple[int, int]]:
    """Places on half circles, ordered by their angle from left to right."""
    radii = [110 + (190 * row) / max(rows - 1, 1) for row in range(rows)]
    shares = [round(total * radius / sum(radii)) for radius in radii]
    shares[-1] += total - sum(shares)
    found = []
    for radius, count in zip(radii, shares, strict=True):
        for number in range(count):
            angle = math.pi * (number + 0.5) / count
            found.append((angle, round(320 - radius * math.cos(angle)), round(322 - radius * math.sin(angle))))
    return [(x, y) for _, x, y in sorted(found)]
