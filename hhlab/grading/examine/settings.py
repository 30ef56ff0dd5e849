"""Of nbgrader's configuration and of the software, what a grading depends on."""

import hashlib
import json
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


def key(notebook: str, settings: Mapping[str, Any], version: str) -> str:
    """Return a name for all that a result depends on: submission, master, settings, software."""
    parts = [notebook, json.dumps(settings, sort_keys=True, default=str), version]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def software(settings: Mapping[str, Any]) -> str:
    """Return a name for the software that decides results, as the settings' unit says."""
    return version(load(Examine(config=settings).unit).depends_on)
