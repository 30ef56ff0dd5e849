"""Attacks that look for what they must not see: answers, tests, keys, other people."""

from .attack import Look

READ = """
import glob, os

def look(*patterns, has=""):
    for pattern in patterns:
        for path in glob.glob(os.path.expanduser(pattern), recursive=True):
            try:
                with open(path, "rb") as file:
                    text = file.read(2**20).decode(errors="replace")
            except OSError:
                continue
            if has in text:
                print("GOT", path)
                return
    print("REFUSED: nothing to be found")
"""


def _read(patterns: str, has: str = "", outside: bool = True) -> Look:
    return Look(f"{READ}\nlook({patterns}, has={has!r})", outside)


LOOKING: dict[str, Look] = {
    "source": _read("'$COURSE/source/*/*.ipynb'", "BEGIN HIDDEN TESTS"),
    "gradebook": _read("'$COURSE/gradebook.db'", "SQLite"),
    "release_and_configuration": _read("'$COURSE/release/*/*.ipynb', '$COURSE/*.py'"),
    "other_submissions": _read("'$COURSE/submitted/*/*/*.ipynb', '$COURSE/autograded/*/*/*'"),
    "grading_package": Look(
        """
try:
    import hhlab.grading.submissions.rebuild
    print("GOT", hhlab.grading.submissions.rebuild)
except ImportError as refused:
    print("REFUSED", refused)
""",
        True,
    ),
    "what_answers_exercises": Look(
        """
import gc, importlib, os, sys, zipimport
found = [name for name in sys.modules if name.startswith("hhlab.truth")]
functions = [one for one in gc.get_objects() if type(one) is type(lambda: 0)]
found += [one for one in functions if (one.__module__ or "").startswith("hhlab.truth")]
for name in ("hhlab.truth", "hhlab.truth.thresholds", "hhlab.course.unit"):
    try:
        found += [own for own in vars(importlib.import_module(name)) if own[0] != "_"]
    except ImportError:
        pass
import hhlab
folders = {*sys.path, *hhlab.__path__, os.path.dirname(hhlab.__path__[0])}
folders |= {f"/proc/{process}/root/run/hhlab" for process in os.listdir("/proc")}
for start in folders:
    for folder, below, files in os.walk(start):
        ours = "hhlab" in folder.lower() or "truth" in folder.lower()
        for file in files:
            if not ours and "hhlab" not in file.lower():
                continue
            try:
                with open(os.path.join(folder, file), "rb") as opened:
                    if b"pulse_threshold" in opened.read():
                        found.append(opened.name)
            except OSError:
                pass
for path in sys.path:
    try:
        found += [path] if zipimport.zipimporter(path).find_spec("hhlab.truth") else []
    except ImportError:
        pass
print("GOT" if found else "REFUSED: nothing to be found", found[:5])
""",
        True,
    ),
    "course_key_in_the_environment": Look(
        """
import os
print("GOT" if "HHLAB_COURSE_KEY" in os.environ else "REFUSED: no key")
""",
        True,
    ),
    "course_key_in_other_processes": Look(
        READ + "\nlook('/proc/[0-9]*/environ', has='HHLAB_COURSE_KEY')", True
    ),
    "other_processes": Look(
        """
import os
others = {int(name) for name in os.listdir("/proc") if name.isdigit()} - {1, os.getpid()}
print("GOT" if others else "REFUSED: alone with", os.getpid())
""",
        True,
    ),
    "memory_of_other_processes": Look(
        """
import glob, os, re
found = []
for maps in glob.glob("/proc/[0-9]*/maps"):
    if maps.split("/")[2] == str(os.getpid()):
        continue
    try:
        with open(maps) as regions, open(maps[:-4] + "mem", "rb") as memory:
            for region in regions:
                if "[heap]" in region or "[stack]" in region:
                    start, end = (int(edge, 16) for edge in region.split()[0].split("-"))
                    memory.seek(start)
                    found += re.findall(rb"HHLAB_COURSE_KEY|HIDDEN TESTS", memory.read(end - start))
    except OSError:
        continue
print("GOT" if found else "REFUSED: nothing to be found", found)
"""
    ),
    "home_and_ssh": _read(
        "'$HOME/.ssh/*', '$HOME/.bashrc', '$HOME/.profile', '/etc/shadow', '/etc/passwd'"
    ),
    "machine_configuration": _read(
        "'/etc/hostname', '/etc/machine-id', '/var/lib/dpkg/status', '/var/log/*'"
    ),
    "other_jails": Look(
        """
import glob
from ipykernel.connect import get_connection_file
mine = get_connection_file()
others = [path for path in glob.glob("/tmp/hhlab-*/*.json") if path != mine]
print("GOT", others) if others else print("REFUSED: only", mine)
"""
    ),
    "kernel_secrets": _read(
        "'/proc/kcore', '/proc/kmsg', '/proc/1/root/etc/shadow'", outside=False
    ),
    "symbolic_link_out": Look(
        """
import os
os.symlink("$COURSE/gradebook.db", "link")
try:
    print("GOT", open("link", "rb").read(9))
except OSError as refused:
    print("REFUSED", refused)
"""
    ),
}
