"""What our commands take from their arguments as nbgrader's do."""

import os

from nbgrader.apps.baseapp import NbGrader


def take_assignment(app: NbGrader) -> None:
    """Start an application as nbgrader starts its own; take the assignment from its arguments."""
    NbGrader.start(app)
    in_course(app)
    if len(app.extra_args) == 1 and not app.coursedir.assignment_id:
        app.coursedir.assignment_id = app.extra_args[0]
    elif app.extra_args or not app.coursedir.assignment_id:
        app.fail(f"Name one assignment: {app.name} ASSIGNMENT, or --assignment ASSIGNMENT")


def in_course(app: NbGrader) -> None:
    """Stop an application that has not found the course's configuration."""
    if "exporter_class" not in app.config.Autograde:
        app.fail(f"there is no course in {os.getcwd()}: run this in the folder of the course")
