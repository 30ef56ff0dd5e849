"""How far a grading is: a bar on a terminal, a line now and then elsewhere."""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

LINE_EVERY = 20.0
"""Seconds between lines where there is no terminal."""


class Bar:
    """Counts submissions as they are graded, skipped or given up."""

    def __init__(self, total: int, shown: Progress) -> None:
        self.failed: list[str] = []
        self._graded = self._skipped = 0
        self._total, self._shown = total, shown
        self._task = shown.add_task("", total=total, rate="", failed="")
        self._began = self._told = time.monotonic()

    def advance(self) -> None:
        """Count a graded submission."""
        self._graded += 1
        self._update()

    def skip(self) -> None:
        """Count one that was graded before."""
        self._skipped += 1
        self._update()

    def fail(self, student: str) -> None:
        """Count one that could not be graded."""
        self.failed.append(student)
        self._update()

    @property
    def summary(self) -> str:
        """What has been done, in a line."""
        minutes = (time.monotonic() - self._began) / 60
        return (
            f"{self._graded} graded ({self._graded / max(minutes, 1e-9):.0f} a minute), "
            f"{self._skipped} were graded already, {len(self.failed)} failed"
        )

    def _update(self) -> None:
        minutes = (time.monotonic() - self._began) / 60
        rate = f"{self._graded / minutes:.0f}/min" if self._graded else ""
        failed = f"{len(self.failed)} failed" if self.failed else ""
        self._shown.update(self._task, advance=1, rate=rate, failed=failed)
        if not self._shown.console.is_terminal and time.monotonic() - self._told > LINE_EVERY:
            self._told = time.monotonic()
            self._shown.console.print(f"of {self._total}: {self.summary}", soft_wrap=True)


@contextmanager
def progress(log: logging.Logger, total: int) -> Iterator[Bar]:
    """Show how far a grading is, with what is logged above the bar, and a summary at the end.

    Yields
    ------
    Bar
        To be told of each submission.
    """
    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("[red]{task.fields[failed]}"),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as shown:
        handlers = [each for each in log.handlers if isinstance(each, logging.StreamHandler)]
        streams = [(handler, handler.setStream(sys.stderr)) for handler in handlers]
        bar = Bar(total, shown)
        try:
            yield bar
        finally:
            for handler, stream in streams:
                if stream is not None:
                    handler.setStream(stream)
            console.print(bar.summary, highlight=False, soft_wrap=True)
