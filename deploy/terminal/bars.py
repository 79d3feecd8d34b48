"""Progress on a terminal: a moving bar with rate and time left."""

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class Bars:
    """A moving bar for the running task; each finished one stays as a line."""

    moves = True

    def __init__(self) -> None:
        self._display: Progress | None = None
        self._task: TaskID | None = None

    def start(self, task: str, total: int | None = None) -> None:
        """Begin a task with a bar of its own."""
        self.done()
        self._display = _display()
        self._task = self._display.add_task(task, total=total)
        self._display.start()

    def advance(self, count: int = 1) -> None:
        """Move the bar."""
        if self._display is not None and self._task is not None:
            self._display.advance(self._task, count)

    def done(self) -> None:
        """Leave the bar as it is."""
        if self._display is not None:
            self._display.stop()
            self._display = self._task = None


class _RateColumn(ProgressColumn):
    """Steps a second."""

    def render(self, task: Task) -> Text:
        """The rate, once there is one."""
        rate = task.finished_speed or task.speed
        return Text("" if rate is None else f"{rate:,.0f}/s", style="progress.data.speed")


def _display() -> Progress:
    return Progress(
        TextColumn("{task.description:<32}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
