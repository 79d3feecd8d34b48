"""Tables as Markdown, to be read in a terminal and pasted into README or CHANGELOG."""

from collections.abc import Sequence


class Table:
    """A headed table with notes below it."""

    def __init__(self, title: str, columns: Sequence[str]) -> None:
        self._title = title
        self._rows = [list(columns)]
        self._notes: list[str] = []

    def add(self, *cells: str) -> None:
        """Add one row."""
        self._rows.append(list(cells))

    def note(self, text: str) -> None:
        """Add a sentence below the table."""
        self._notes.append(text)

    def text(self) -> str:
        """The table in Markdown, its columns aligned."""
        widths = [max(len(cell) for cell in column) for column in zip(*self._rows, strict=True)]
        head, *rows = (_line(row, widths) for row in self._rows)
        rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
        return "\n".join(
            [f"### {self._title}", "", head, rule, *rows, *([""] if self._notes else []), *self._notes, ""]
        )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell.ljust(width) if position == 0 else cell.rjust(width)
        for position, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "| " + " | ".join(padded) + " |"
