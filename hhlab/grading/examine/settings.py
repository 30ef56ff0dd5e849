"""Of nbgrader's configuration and of the software, what a grading depends on."""

from collections.abc import Mapping
from typing import Any

from traitlets.config import Config

from ..unit import load
from ..version import version
from .examine import Examine

SETTINGS = ("Examine", "Session", "Execute", "ExecutePreprocessor", "JailProvisioner")
"""The sections of nbgrader's configuration that a grading depends on."""


def settings(config: Mapping[str, Any]) -> Config:
    """Return the part of nbgrader's configuration that a grading depends on."""
    kept = Config({name: dict(config[name]) for name in SETTINGS if name in config})
    kept.Examine.jail = Examine(config=kept).jail  # the coordinator's choice holds everywhere
    return kept


def software(settings: Mapping[str, Any]) -> str:
    """Return a name for the software that decides results, as the settings' unit says."""
    return version(load(Examine(config=settings).unit).depends_on)
