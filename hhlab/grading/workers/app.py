"""``hhlab autograde``: nbgrader's command, for many submissions at a time."""

import logging
import sys
from typing import Any, ClassVar

from nbgrader.apps.autogradeapp import AutogradeApp, aliases, flags
from nbgrader.converters.base import NbGraderException
from traitlets import default

from ..arguments import take_assignment
from ..gradebook.alone import NotAlone, alone
from .autograde import ParallelAutograde


class ParallelAutogradeApp(AutogradeApp):
    """nbgrader's autograde, with its options, and two more."""

    name = "hhlab autograde"
    description = "Autograde submissions, many at a time; options mean what they mean in nbgrader"
    aliases: ClassVar = {
        **aliases,
        "workers": "ParallelAutograde.workers",
        "scheduler": "ParallelAutograde.scheduler",
    }
    flags: ClassVar = {name: flag for name, flag in flags.items() if name != "no-execute"}
    examples = """
        Grade what is in submitted/*/hh-model, on all cores of this machine:

            hhlab autograde hh-model

        The same for one student, again, or for some:

            hhlab autograde hh-model --student ada --force
            hhlab autograde hh-model --student 'a*'

        On four processes, or on a Dask cluster (docs/cluster.md):

            hhlab autograde hh-model --workers 4
            hhlab autograde hh-model --scheduler tcp://192.168.0.1:8786

        Ctrl-C keeps what is done. Whatever ended a run, the same command goes on with the rest:
        only what was not graded yet, or has changed, is graded.
        """

    @default("classes")
    def _classes_default(self) -> list[type]:
        return [*super()._classes_default(), ParallelAutograde]

    @default("log_level")
    def _log_level_default(self) -> int:
        return logging.WARNING  # a line for each student's files is for --log-level INFO

    def start(self) -> None:
        """Grade the assignment that the arguments name."""
        take_assignment(self)
        try:
            with alone(self.coursedir):
                ParallelAutograde(coursedir=self.coursedir, parent=self).start()
        except NotAlone as why:
            self.log.error("Nothing was graded: %s.", why)
            sys.exit(1)
        except NbGraderException:
            sys.exit(1)
        except KeyboardInterrupt:
            self.log.error("Stopped by Ctrl-C. What is graded is kept; run the same to go on.")
            sys.exit(130)


def main(arguments: list[str]) -> Any:
    """Run the command."""
    return ParallelAutogradeApp.launch_instance(argv=arguments)
