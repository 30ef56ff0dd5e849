"""Run commands in processes that need not import everything: forks of one that has.

To import nbgrader takes a second, which hundreds of commands would spend. Nothing else is shared:
each has a process, an environment and a folder of its own, as if it had been started. How a command
starts cold, and takes itself apart at its end, is seen where tests start it themselves, as those do
that interrupt or kill it, and where it would find other modules: there it is started here, too.
"""

import atexit
import contextlib
import functools
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from importlib import import_module
from multiprocessing import util
from pathlib import Path

IMPORTED = (
    "hhlab.course.unit",
    "hhlab.grading.feedback.app",
    "hhlab.grading.publish.app",
    "hhlab.grading.report",
    "hhlab.grading.workers.app",
    "nbgrader.apps.nbgraderapp",
)
"""What commands import, beside what workers are copies of."""
COLLECTS_NO_GARBAGE = "hhlab.grading.workers.uncollected"
"""What the fork server alone imports, as a command does collect it."""
MOST = 2**17
"""Bytes of a request, which holds an environment."""
_at_the_end = contextlib.ExitStack()


def run(command, cwd, env, timeout, errors=None):
    """Run ``python -m`` this command to its end; return its exit status, and what it said.

    Parameters
    ----------
    command : sequence of str
        A module, and its arguments.
    cwd : Path
        Where it runs.
    env : dict of str
        All of its environment.
    timeout : float
        Seconds that it may take.
    errors : file, optional
        Where its errors go; to what it said, where there is none.

    Raises
    ------
    TimeoutError, subprocess.TimeoutExpired
        If it takes longer; it is killed.
    """
    if "PYTHONPATH" in env or os.path.exists(f"{cwd}/hhlab"):
        return started([sys.executable, "-m", *command], cwd, env, timeout, errors)
    forks = _forks()
    with tempfile.TemporaryFile() as said:
        request = json.dumps([command, str(cwd), env]).encode()
        socket.send_fds(forks, [request], [said.fileno(), (errors or said).fileno()])
        pid = json.loads(forks.recv(MOST))
        forks.settimeout(timeout)
        try:
            status = json.loads(forks.recv(MOST))
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            forks.recv(MOST)
            raise
        finally:
            forks.settimeout(None)
        said.seek(0)
        return status, said.read().decode(errors="replace")


def started(command, cwd, env, timeout=None, errors=None):
    """Run any program in a process that has nothing ready; return as :func:`run` does."""
    ran = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors or subprocess.STDOUT,
        timeout=timeout,
    )
    return ran.returncode, ran.stdout.decode(errors="replace")


@functools.cache
def _forks():
    """Start the process that has imported everything; return what it is asked through."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        started = subprocess.Popen([sys.executable, __file__], stdin=theirs)

    def end():
        ours.close()  # whose other end says so
        started.wait()

    _at_the_end.callback(end)
    return ours


def end():
    """End the process that commands are forked from, if there is one."""
    _at_the_end.close()


def _serve(requests):
    """Fork for each request, and wait for its end; in a fork, return what it was asked."""
    while (request := socket.recv_fds(requests, MOST, 2))[0]:
        said = request[1]
        pid = os.fork()
        if pid == 0:
            return json.loads(request[0]), said
        for file in said:
            os.close(file)
        requests.send(json.dumps(pid).encode())
        requests.send(json.dumps(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())
    raise SystemExit


def _fork_servers():
    """Have the process that workers are copies of be a fork as well, of what has all it imports."""
    start = util.spawnv_passfds

    def fork(path, args, passed):
        if "forkserver" not in args[-1]:
            return start(path, args, passed)
        if pid := os.fork():
            return pid
        try:
            for file in set(map(int, os.listdir("/proc/self/fd"))) - {0, 1, 2, *passed}:
                with contextlib.suppress(OSError):  # what listed them is closed by now
                    os.close(file)
            exec(args[-1])
        except SystemExit:  # which is how it ends
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        os._exit(1)

    util.spawnv_passfds = fork


def _become(command, cwd, env, said):
    """Be a process that was started so."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, file in enumerate((nothing, *said)):
        os.dup2(file, number)
    os.closerange(3, 256)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.path[0] = os.getcwd()
    sys.argv = command


def _run_to_its_end(module):
    """Run a module, and end as Python does, but for taking apart all that was imported."""
    status = 1
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as end:
        if isinstance(end.code, int | None):
            status = end.code or 0
        else:
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(status)


def _import_everything():
    """Have at hand what commands need, and what they would all ask of another process."""
    gc.disable()
    for module in IMPORTED:
        import_module(module)
    for module in import_module("hhlab.grading.workers.forkserver").PRELOAD:
        if module != COLLECTS_NO_GARBAGE:
            import_module(module)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    api = import_module("nbgrader.api")
    api.get_alembic_version = functools.cache(api.get_alembic_version)
    api.get_alembic_version()  # which starts alembic for each gradebook that is made
    gc.freeze()  # each fork would look through all of it, again and again: a third of a second
    gc.enable()


if __name__ == "__main__":
    _import_everything()
    with socket.socket(fileno=os.dup(0)) as requests:
        asked, said = _serve(requests)
    _fork_servers()
    _become(*asked, said)
    _run_to_its_end(asked[0][0])
