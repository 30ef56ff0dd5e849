"""Notebooks on their way between the grader's processes: what it made is not validated again.

nbformat's own functions look at the whole notebook each time, which is a hundredth of a grading.
"""

import json

import nbformat
from nbformat import NotebookNode


def packed(notebook: NotebookNode) -> str:
    """Return a notebook as text."""
    return json.dumps(notebook, ensure_ascii=False)


def unpacked(text: str) -> NotebookNode:
    """Return the notebook that was :func:`packed`, or that nbformat wrote."""
    return nbformat.v4.reads(text)
