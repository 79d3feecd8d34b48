"""Small plots for the graph's pages: PNG inside markdown. They need the extra `local` and are left out without it.

A plot costs a tenth of a second and 40 kB.
"""

import base64
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

_WIDTH, _HEIGHT = 420, 180


def can_draw() -> bool:
    """Whether the plotting packages are installed."""
    return find_spec("altair") is not None and find_spec("vl_convert") is not None


def bars(counts: Mapping[str, int], title: str) -> str | None:
    """Horizontal bars, longest first, as markdown; None without data or without the plotting packages."""
    if not counts or not can_draw():
        return None
    import altair as alt  # noqa: PLC0415  costs most of a second

    values = [{"what": what, "count": count} for what, count in counts.items()]
    chart = (
        alt.Chart(alt.Data(values=values), title=title, width=_WIDTH)
        .mark_bar()
        .encode(x=alt.X("count:Q", title=None), y=alt.Y("what:N", sort="-x", title=None, axis={"labelLimit": 260}))
    )
    return _markdown(chart.to_dict(), title)


def months(counts: Mapping[tuple[str, str], int], title: str) -> str | None:
    """Bars a month, stacked by a second name such as the result, as markdown; None as in `bars`."""
    if not counts or not can_draw():
        return None
    import altair as alt  # noqa: PLC0415  costs most of a second

    values = [{"month": month, "kind": kind, "count": count} for (month, kind), count in counts.items()]
    chart = (
        alt.Chart(alt.Data(values=values), title=title, width=_WIDTH, height=_HEIGHT)
        .mark_bar()
        .encode(
            x=alt.X("month:O", title=None, axis={"labelOverlap": True}),
            y=alt.Y("count:Q", title=None),
            color=alt.Color("kind:N", title=None),
        )
    )
    return _markdown(chart.to_dict(), title)


def stacked_bars(counts: Mapping[tuple[str, str], int], title: str) -> str | None:
    """Horizontal bars, stacked by a second name such as yea and nay, as markdown; None as in `bars`."""
    if not counts or not can_draw():
        return None
    import altair as alt  # noqa: PLC0415  costs most of a second

    values = [{"what": what, "kind": kind, "count": count} for (what, kind), count in counts.items()]
    chart = (
        alt.Chart(alt.Data(values=values), title=title, width=_WIDTH)
        .mark_bar()
        .encode(
            x=alt.X("count:Q", title=None),
            y=alt.Y("what:N", title=None, axis={"labelLimit": 260}),
            color=alt.Color("kind:N", title=None),
        )
    )
    return _markdown(chart.to_dict(), title)


def _markdown(chart: dict[str, Any], title: str) -> str:
    import vl_convert  # noqa: PLC0415  30 MB

    png = vl_convert.vegalite_to_png(chart, scale=1)
    return f"![{title}](data:image/png;base64,{base64.b64encode(png).decode()})"
