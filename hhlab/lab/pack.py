"""Pack a notebook for handing in: one file that says in its name whose it is, and when it was made.

The name is what ``nbgrader zip_collect`` sorts downloads of a learning platform by.
"""

import argparse
import base64
import io
import json
import os
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ID = r"[^\W_](?:(?!__)[\w.@+-])*(?<!_)"
PACKED = (
    r".*(?<![A-Za-z0-9-])(?P<file_id>[A-Za-z][A-Za-z0-9-]*)"
    rf"__(?P<student_id>{ID})__(?P<timestamp>\d{{8}}T\d{{6}}Z)[^/]*\.ipynb$"
)
"""How a packed file's name is read. Platforms put words of their own before and behind it."""
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
CODED = "nb-"
"""How a coded name begins: one that is not plain would not come back as it went."""
STUB = re.compile(r'^ *raise NotImplementedError\("([^"]+)"\)', re.M)


class NotPacked(Exception):
    """Nothing was packed; the message says why and what to do."""


def pack(notebook: Path, student: str, folder: Path) -> Path:
    """Write a copy of a notebook whose name says whose it is.

    Parameters
    ----------
    notebook : Path
        What is handed in.
    student : str
        The student's ID, as their course knows it.
    folder : Path
        Where the copy goes.

    Returns
    -------
    Path
        The copy.

    Raises
    ------
    NotPacked
        If that is no ID, no notebook, or no folder.
    """
    if student == "YOUR-ID":
        raise NotPacked("put your own student ID in place of YOUR-ID")
    if not re.fullmatch(ID, student):
        raise NotPacked(
            f"{student!r} is no student ID: use letters, digits and . @ + -, and _ between them"
        )
    read(notebook)
    if not folder.is_dir():
        raise NotPacked(f"there is no folder {folder}: make it, or name another after --into")
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    packed = folder / f"{_coded(notebook.stem)}__{student}__{stamp}.ipynb"
    packed.write_bytes(notebook.read_bytes())
    return packed


def _coded(name: str) -> str:
    """Return a notebook's name in letters that every platform and locale leaves as they are."""
    if PLAIN.fullmatch(name) and not name.startswith(CODED):
        return name
    return CODED + base64.b32encode(os.fsencode(name)).decode().rstrip("=").lower()


def unpacked(name: str) -> str:
    """Return a notebook's name from that of a packed file.

    Raises
    ------
    ValueError
        If nobody can have packed it so.
    """
    if not name.startswith(CODED):
        return name
    code = name.removeprefix(CODED).upper()
    found = base64.b32decode(code + "=" * (-len(code) % 8)).decode()
    if not found.isprintable() or "/" in found or found in (".", ".."):
        raise ValueError("its name leads elsewhere")
    return found


def read(notebook: Path) -> dict[str, Any]:
    """Read a notebook.

    Raises
    ------
    NotPacked
        If it is not there, or none.
    """
    if not notebook.is_file():
        raise NotPacked(f"there is no {notebook}: name the notebook that you filled in")
    try:
        found = json.loads(notebook.read_text(encoding="utf-8"))
        found["cells"][0]["source"]
        return dict(found)
    except (ValueError, KeyError, IndexError, TypeError):
        raise NotPacked(
            f"{notebook} is no notebook: save it in JupyterLab, and try again"
        ) from None


def blanks(notebook: dict[str, Any]) -> list[str]:
    """Return the names of the blanks of a notebook that are not filled."""
    texts = ["".join(cell["source"]) for cell in notebook["cells"]]
    return [name for text in texts for name in STUB.findall(text)]


def add_command(commands: Any) -> None:
    """Add ``pack`` to the commands of a parser."""
    command = commands.add_parser(
        "pack",
        help="make one file to hand in",
        description="Copy a notebook into one file to hand in, named so that it is found as yours.",
        epilog="For example: hhlab pack hh-model.ipynb, or: hhlab pack hh-model.ipynb --student me",
    )
    command.add_argument("notebook", type=Path, metavar="NOTEBOOK", help="what you filled in")
    command.add_argument("--student", metavar="ID", help="your student ID (asked for otherwise)")
    command.add_argument("--into", type=Path, default=Path(), help="folder (default: this one)")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Pack, and say what was packed; where the terminal cannot show a letter, in another way."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        packed = pack(options.notebook, options.student or _asked(), options.into)
    except (NotPacked, OSError) as error:
        print(f"hhlab pack: {error}", file=sys.stderr)
        return 1
    minutes = (time.time() - options.notebook.stat().st_mtime) / 60
    print(f"{options.notebook}, saved {minutes:.0f} minutes ago, is packed into\n\n    {packed}\n")
    if empty := blanks(read(packed)):
        print(f"Still blank: {'; '.join(empty)}. You may hand it in as it is.")
    print("Upload that file, under this name.")
    return 0


def _asked() -> str:
    """Return the student's ID, as it is typed.

    Raises
    ------
    NotPacked
        If there is nobody to be asked.
    """
    try:
        return input("Your student ID: ").strip()
    except EOFError:
        print()  # the question stands alone on its line
        raise NotPacked("your student ID is missing: add --student and the ID") from None


def main(arguments: list[str] | None = None) -> int:
    """Run the students' command line; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="hhlab", description="What students need beside JupyterLab"
    )
    add_command(parser.add_subparsers(title="commands", required=True, metavar="COMMAND"))
    options = parser.parse_args(arguments)
    return int(options.run(options))


if __name__ == "__main__":
    sys.exit(main(["pack", *sys.argv[1:]]))
