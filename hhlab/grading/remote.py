"""The grader's end of a probe: a question to the student's kernel, and data back."""

import json
from collections.abc import Callable
from typing import Any

from .. import wire
from ..probe import Handle
from ..verdict import ModelError

Send = Callable[[str], dict[str, Any]]
"""Evaluate an expression in the student's kernel; return its Jupyter ``user_expressions`` entry."""


class KernelGone(Exception):
    """The kernel died or did not answer in time; it has to be replaced."""


class RemoteHandle(Handle):
    """A name in the student's namespace.

    Parameters
    ----------
    name : str
        The name, as a test cell uses it.
    send : callable
        How an expression reaches the kernel.
    """

    def __init__(self, name: str, send: Send) -> None:
        self._name = name
        self._send = send

    def ask(self, probe: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Have a probe performed on the student's object of this name.

        Raises
        ------
        ModelError
            If the kernel says that it could not, or its answer is malformed.
        KernelGone
            If there is no answer.
        """
        question = json.dumps(wire.encode(arguments))
        expression = (
            "__import__('hhlab.perform', fromlist=['reply'])"
            f".reply(get_ipython().user_ns, {self._name!r}, {probe!r}, {question})"
        )
        entry = self._send(expression)
        if not isinstance(entry, dict) or entry.get("status") != "ok":
            raise ModelError(_why_not(entry))
        data = entry.get("data")
        text = data.get(wire.MIME) if isinstance(data, dict) else None
        try:
            return wire.decode(text if isinstance(text, str) else "")
        except wire.BadMessage as bad:
            raise ModelError(f"what the model returned cannot be used: {bad}") from None

    def __repr__(self) -> str:
        return f"<{self._name}, in the student's kernel>"


def _why_not(entry: Any) -> str:
    """Return in a sentence why the kernel has no answer: an error that no probe could catch."""
    named = [entry.get(key) for key in ("ename", "evalue")] if isinstance(entry, dict) else []
    shown = wire.printable(": ".join(part for part in named if isinstance(part, str)))
    shown = shown[: wire.LONGEST_SENTENCE]
    return shown.strip(": ") or "the model's kernel could not answer"
