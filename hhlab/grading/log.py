"""What nbgrader's commands say, and to whom."""

import logging


def tell_people(log: logging.Logger) -> None:
    """Have a dialog of formgrader say what a terminal does, and nothing for programmers.

    Jupyter's servers log everything, and what each handler does not want it leaves out by its
    level; the handler that collects for a dialog has none.
    """
    for handler in log.handlers:
        if handler.level == logging.NOTSET:
            handler.setLevel(logging.INFO)
