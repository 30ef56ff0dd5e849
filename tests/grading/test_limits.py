"""Limits on what others wrote, each met by something just beyond it."""

import base64
import contextlib
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import nbformat
import psutil
import pytest
from PIL import Image
from shared import beside

from hhlab.course.sample_class import BLANK, Submission
from hhlab.grading.feedback.inert import LEAST_OUTPUT, Room, inert
from hhlab.grading.feedback.outputs import Allowance, highlighted
from hhlab.grading.jail.ended import ended
from hhlab.grading.report.alike import alike
from hhlab.grading.report.tables import _cell
from hhlab.grading.submissions.collect import Collector, Extractor
from hhlab.grading.submissions.reading import read

DEEP = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
from hhlab.grading.jail.folders import Place, remove
place = Place()
here = os.open(place.path, os.O_RDONLY)
for depth in range(6000):
    os.mkdir("deep", dir_fd=here)
    here, above = os.open("deep", os.O_RDONLY, dir_fd=here), here
    os.close(os.open("file", os.O_CREAT, dir_fd=here))
    os.symlink("/", "link", dir_fd=here)
    os.chmod("deep", 0, dir_fd=above)
    os.close(above)
place.remove()
print(os.path.exists(place.outer))
"""


def test_deep_folders_are_removed_with_few_files_open():
    run = subprocess.run([sys.executable, "-c", DEEP], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


@pytest.mark.timeout(60)  # longer, if nbformat said what is wrong with each
def test_outputs_that_were_handed_in_are_not_looked_at(tmp_path):
    path = tmp_path / "ada" / "hh-model" / "hh-model.ipynb"
    path.parent.mkdir(parents=True)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1")])
    notebook.cells[0].outputs = [{"bad": 1}] * 140_000
    path.write_text(json.dumps(notebook))
    cells, sentences = read(path)
    assert [cell.source for cell in cells] == ["x = 1"]
    assert sentences == []


@pytest.mark.timeout(60)  # longer, if it was highlighted to its end
@pytest.mark.parametrize("source", ["\n " * 40_000, " \n" * 40_000, "a." * 40_000, "(" * 80_000])
def test_code_is_highlighted_in_bounded_time(source):
    highlighted(source, Allowance(0, 0, seconds=1.0))


def test_a_small_file_may_be_a_large_picture():
    file = io.BytesIO()
    Image.new("1", (20_000, 5_000)).save(file, "PNG")
    bomb = base64.b64encode(file.getvalue()).decode()
    assert len(bomb) < 100_000
    assert inert([nbformat.v4.new_output("display_data", {"image/png": bomb})]) == []
    file = io.BytesIO()
    Image.new("1", (4_000, 4_000)).save(file, "PNG")
    large = base64.b64encode(file.getvalue()).decode()
    allowance = Allowance(0, 10**6)
    shown = [allowance.show("image/png", large) for _ in range(5)]
    assert list(map(bool, shown)) == [True, True, True, False, False]


@pytest.mark.parametrize("text", ["x", "x" * LEAST_OUTPUT], ids=["small", "large"])
def test_outputs_end_where_there_is_no_more_room(text):
    output, end = (nbformat.v4.new_output("display_data", {"text/plain": t}) for t in (text, "…"))
    room = Room(3 * max(LEAST_OUTPUT, len(json.dumps(output))), end)
    assert inert([output] * 2, room) == [output] * 2
    assert inert([output] * 1000, room) == [output, end]


def test_padding_does_not_hide_a_copied_answer():
    code = "trick = peculiar_name(extraordinary=17.25, unusual='words of ours')\n"
    padding = {"ada": "", "ben": "# " + "x" * 20_000 + "\n", "eve": f"'''{'y' * 30_000}'''\n"}
    (found,) = alike({name: pad + code for name, pad in padding.items()}, "")
    assert found.students == ["ada", "ben", "eve"]


@pytest.mark.parametrize(
    "text", ["=1+1", "a;=1+1", "＝1+1", "a; ＝1", "a,@x", " +1", "a|-1", "＠x"]
)
def test_no_cell_of_a_table_is_computed(text):
    shown = _cell(text)
    for piece in shown.replace(";", "|").replace(",", "|").split("|"):
        assert piece.strip()[:1] not in set("=+-@＝＋－＠")


def zipped(name):
    """Return an archive of an empty notebook."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, "{}")
    return content.getvalue()


def test_a_broken_archive_and_an_impossible_time_stop_nobody(tmp_path):
    downloaded, extracted = tmp_path / "archive", tmp_path / "extracted"
    (downloaded / "group").mkdir(parents=True)
    (downloaded / "ada.zip").write_bytes(b"PK\x03\x04 broken")
    for name in ("ben", "group/eve"):
        with zipfile.ZipFile(downloaded / f"{name}.zip", "w") as archive:
            archive.writestr("hh-model.ipynb", "{}")
            archive.writestr("a\x1b[2J.ipynb", "{}")
            archive.writestr("broken.zip", b"PK\x03\x04 broken")
            archive.writestr("within.zip", zipped("inner.ipynb"))
            archive.writestr("folder.ipynb.txt/saved.ipynb.txt", "{}")
    (downloaded / "plain.ipynb").write_text("{}")
    Extractor().extract(str(downloaded), str(extracted))
    files = {str(path.relative_to(extracted)) for path in extracted.rglob("*") if path.is_file()}
    assert {Path(name).name for name in files} == {
        "hh-model.ipynb",
        "a_[2J.ipynb",
        "plain.ipynb",
        "broken.zip",
        "within.zip",
        "inner.ipynb",
        "saved.ipynb",
    }
    assert {name for name in files if name.endswith("inner.ipynb")} == {
        "ben/within/inner.ipynb",
        "group/eve/within/inner.ipynb",
    }
    assert {name.split("/")[0] for name in files} == {"ben", "group", "plain.ipynb"}

    collector = Collector(
        named_regexp=r".*/(?P<student_id>\w+)_(?P<timestamp>\d+T\d+Z)_(?P<file_id>\w+)"
    )
    known = collector.collect("x/ada_20260302T120000Z_hh.ipynb")
    assert known["timestamp"] == "20260302T120000Z"
    assert "timestamp" not in collector.collect("x/ada_20269999T996199Z_hh.ipynb")


def tarred(*members):
    """Return a packed archive of empty or large members, by type and size."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for number, (kind, size) in enumerate(members):
            entry = tarfile.TarInfo(f"{number}.ipynb")
            entry.type, entry.size, entry.linkname = kind, size, entry.name
            archive.addfile(entry, io.BytesIO(bytes(size)))
    return content.getvalue()


def bomb(method=zipfile.ZIP_DEFLATED, size=210 * 2**20, inner=b""):
    """Return an archive of a small file, a large one, and perhaps more archives."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        archive.writestr("small.ipynb", "{}")
        archive.writestr("large.bin", bytes(size))
        for number in range(20 if inner else 0):
            archive.writestr(f"{number}.zip", inner)
    return content.getvalue()


BOMBS = {
    "a.zip": lambda: bomb(),
    "lzma.zip": lambda: bomb(zipfile.ZIP_LZMA),
    "within.zip": lambda: bomb(size=0, inner=bomb(size=90 * 2**20)),
    "a.tar.gz": lambda: tarred((tarfile.REGTYPE, 0), (tarfile.REGTYPE, 210 * 2**20)),
    "header.tar.gz": lambda: tarred((tarfile.XHDTYPE, 210 * 2**20)),
    "names.tar.gz": lambda: tarred(*[(tarfile.REGTYPE, 0)] * 15_000),
    "links.tar.gz": lambda: tarred((tarfile.SYMTYPE, 0), (tarfile.LNKTYPE, 0)),
    "pipes.tar.gz": lambda: tarred((tarfile.FIFOTYPE, 0), (tarfile.CHRTYPE, 0)),
}
"""Of at most a few hundred kB: gigabytes, names, or a link that leads to itself for ever."""


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", beside("files", BOMBS, {"a.zip", "links.tar.gz"}))
def test_an_archive_becomes_no_larger_than_it_may(name, tmp_path):
    downloaded, extracted = tmp_path / "archive", tmp_path / "extracted"
    downloaded.mkdir()
    (downloaded / name).write_bytes(BOMBS[name]())
    (downloaded / "z.zip").write_bytes(zipped("honest.ipynb"))
    Extractor().extract(str(downloaded), str(extracted))
    files = [path for path in extracted.rglob("*") if not path.is_dir()]
    assert all(path.is_file() and not path.is_symlink() for path in files)
    assert sum(max(2**14, path.stat().st_size) for path in files) <= 201 * 2**20
    assert (extracted / "z/honest.ipynb").is_file()


def test_what_a_command_leaves_ends_with_it():
    """As where bubblewrap gives up: what it has begun by then holds what it was given open."""
    tried = ended(["sh", "-c", "sleep 600 & echo $!; echo no >&2; exit 1"])
    assert (tried.returncode, tried.stderr) == (1, "no\n")
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(int(tried.stdout)).wait(60)


def test_what_processes_share_is_counted_once(graded):
    """A pool of twelve shares what was imported, which is a quarter of a gigabyte."""
    pool = "import multiprocessing as mp, os, time\n"
    pool += "with mp.get_context('fork').Pool(12) as pool: print(sum(pool.map(abs, [1] * 100)))\n"
    notebook = graded(Submission("", BLANK, also=[pool + "time.sleep(1)\nprint('went well')"]))
    assert "went well" in "".join(o.get("text", "") for o in notebook.cells[-1].outputs)
