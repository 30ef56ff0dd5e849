"""Submissions that use up time, memory, disk, processes or the grader's patience.

Each stops by itself after a while, so that a jail that does not hold costs the tester little.
"""

from typing import Any

from traitlets.config import Config

from hhlab.course.sample_class import BLANK, Submission

from .attack import CARRIED_OUT, KERNEL, Attack, in_cell

MB = 2**20
RIGHT = Submission("the instructor's answers")
SMALL = {"config": Config({"JailProvisioner": {"memory_bytes": 700 * MB, "disk_bytes": 8 * MB}})}
COLD = {"config": Config({"JailProvisioner": {"warm": False}})}
"""Where kernels start cold, they can write beside their sockets, and the grader looks."""
SMALL_COLD = {
    "config": Config({"JailProvisioner": {"warm": False, **SMALL["config"]["JailProvisioner"]}})
}
BRIEF = {"timeout": 6, "probe_timeout": 4, "restarts": 0}
STOPPED = "it was stopped: it"
PRIVATE = """
import os, time
from ipykernel.connect import get_connection_file
PRIVATE = os.path.dirname(get_connection_file())
"""
FILL = """
import os, time

def fill(folder, most=40):
    "Write up to `most` times 7 MB, and print how many MB there was room for."
    for count in range(most):
        try:
            with open(f"{folder}/hhlab-attack-{count}", "wb") as file:
                file.write(bytes(7 * 2**20))
        except OSError:
            break
    else:
        count = most
    print(f"{folder} has taken {7 * count} MB")
    if count == most:
        print("the attack has succeeded")
    for count in range(most):
        try: os.unlink(f"{folder}/hhlab-attack-{count}")
        except OSError: pass
"""


def _memory(what: str, code: str, ran: str = STOPPED, settings: Any = SMALL) -> Attack:
    """Return an attack that takes 900 MB where 700 are allowed, and says so if it still lives."""
    code += "\nimport time; time.sleep(2)\nprint('the attack ' + 'has succeeded')"
    return in_cell(what, code, ran=ran, settings=settings, destructive=True)


EXHAUSTING: dict[str, Attack] = {
    "memory": _memory("takes 900 MB", "x = b'1' * (900 * 2**20)"),
    "memory_in_children": _memory(
        "takes 900 MB, spread over processes",
        """
import os, time
for _ in range(6):
    if not os.fork():
        x = b"1" * (150 * 2**20)
        time.sleep(30)
        os._exit(0)
""",
    ),
    "memory_in_nameless_files": _memory(
        "takes 900 MB in files that have no name and belong to no process",
        """
import os
files = []
for _ in range(130):
    files.append(os.memfd_create("x"))
    os.write(files[-1], bytes(7 * 2**20))
""",
        ran="Operation not permitted",
    ),
    "memory_in_shared_segments": _memory(
        "takes 900 MB in System V segments that no process has attached",
        """
import ctypes
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
libc.shmdt.argtypes = [ctypes.c_void_p]
for _ in range(18):
    segment = libc.shmget(0, 50 * 2**20, 0o1600)
    address = libc.shmat(segment, None, 0)
    ctypes.memset(address, 1, 50 * 2**20)
    libc.shmdt(address)
""",
        ran="the kernel died",
    ),
    "memory_after_the_watch_is_blinded": _memory(
        "makes and deletes files where the watch looks, until it stumbles",
        PRIVATE
        + """
until = time.time() + 4
while time.time() < until:
    for number in range(200): open(f"{PRIVATE}/{number}", "w").close()
    for number in range(200): os.unlink(f"{PRIVATE}/{number}")
x = b"1" * (900 * 2**20)
""",
        settings=SMALL_COLD,
    ),
    "memory_among_a_great_many_mappings": _memory(
        "has processes with tens of thousands of mappings each, so that counting them takes long",
        """
import ctypes, os, time
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
began = time.time()
for _ in range(40):
    if os.fork() == 0:
        for _ in range(32000):
            place = libc.mmap(None, ctypes.c_size_t(8192), 3, 0x22, -1, ctypes.c_long(0))
            if time.time() > began + 15 or libc.mprotect(ctypes.c_void_p(place), 4096, 1): break
        time.sleep(40)
        os._exit(0)
time.sleep(12)
x = [b"1" * (100 * 2**20) for _ in range(9)]
""",
    ),
    "processes": in_cell(
        "starts 400 processes",
        """
        import os, time
        for _ in range(400):
            if not os.fork():
                time.sleep(30)
                os._exit(0)
        time.sleep(2)
        print("the attack has succeeded")
        """,
        ran=f"{STOPPED}|Resource temporarily unavailable",
        destructive=True,
    ),
    "threads": in_cell(
        "starts 3000 threads",
        """
        import threading, time
        threading.stack_size(65536)
        for _ in range(3000):
            threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
        time.sleep(2)
        print("the attack " + "has succeeded")
        """,
        ran=f"{STOPPED}|can't start new thread",
        destructive=True,
    ),
    "disk": in_cell(
        "fills every folder that it can write to",
        FILL
        + """
import hhlab
for folder in ("/tmp", "/dev/shm", os.getcwd(), "/", "/dev", "/etc", "/home", "/usr", "/root",
               os.path.dirname(hhlab.__file__), os.path.dirname(hhlab.__file__) + "/grading"):
    fill(folder)
""",
        settings=SMALL,
        destructive=True,
    ),
    "names_of_empty_files": in_cell(
        "makes empty files, whose names are memory that belongs to nobody",
        """
        import os
        for place in ("/tmp", "/dev/shm", os.environ["HOME"]):
            try:
                for number in range(50_000):
                    open(f"{place}/{number}", "w").close()
                print("the attack has succeeded")
            except OSError as refused:
                print(refused.strerror)
        """,
        ran="(No space left on device\n){3}",
    ),
    "disk_where_the_sockets_are": in_cell(
        "makes files without a name, and others, in the folder that it shares with the grader",
        PRIVATE
        + """
import socket

def nameless():
    os.unlink(PRIVATE + "/x") if os.open(PRIVATE + "/x", os.O_CREAT | os.O_RDWR) else None

for change in (
    nameless,
    lambda: os.open(PRIVATE, os.O_TMPFILE | os.O_RDWR),
    lambda: open(PRIVATE + "/connection.json", "ab"),
    lambda: os.unlink(PRIVATE + "/k-5"),
    lambda: os.mkdir(PRIVATE + "/below"),
    lambda: os.chmod(PRIVATE, 0o700),
    lambda: socket.socket(socket.AF_UNIX).bind(PRIVATE + "/k-6"),
):
    try:
        change()
        print("the attack has succeeded")
    except OSError as refused:
        print(refused.strerror)
""",
        ran="(Read-only file system\n){7}",
    ),
    "disk_beside_the_sockets": in_cell(
        "fills the folder that it shares with the grader",
        PRIVATE + FILL + "fill(PRIVATE)\ntime.sleep(1)\nprint('the attack has succeeded')",
        ran=STOPPED,
        settings=SMALL_COLD,
    ),
    "disk_below_the_sockets": in_cell(
        "fills a folder in the folder that it shares with the grader",
        PRIVATE
        + FILL
        + "os.mkdir(PRIVATE + '/below')\nfill(PRIVATE + '/below')\ntime.sleep(1)\n"
        + "print('the attack has succeeded')",
        ran=STOPPED,
        settings=SMALL_COLD,
    ),
    "disk_in_place_of_a_socket": in_cell(
        "puts a folder in place of the heartbeat's socket, and fills it",
        PRIVATE
        + FILL
        + "os.unlink(PRIVATE + '/k-5')\nos.mkdir(PRIVATE + '/k-5')\nfill(PRIVATE + '/k-5')\n"
        + "time.sleep(1)\nprint('the attack has succeeded')",
        ran=STOPPED,
        settings=SMALL_COLD,
    ),
    "disk_in_the_connection_file": in_cell(
        "fills the file that says where the sockets are",
        PRIVATE
        + "with open(PRIVATE + '/connection.json', 'ab') as file: file.write(bytes(5 * 2**20))\n"
        + "time.sleep(1)\nprint('the attack has succeeded')",
        ran=f"{STOPPED}|Permission denied|Read-only",
        settings=SMALL_COLD,
    ),
    "outputs_of_many_cells": Attack(
        Submission(
            "puts out in each of many cells what one may",
            BLANK,
            also=["print('\\x1b' * 150_000)\nprint('the attack was carried out')"] * 20,
        ),
        "The rest of the output was cut off.",
    ),
    "a_hundred_thousand_names": in_cell(
        "makes empty files and deep folders beside the sockets",
        PRIVATE
        + """
here = os.open(PRIVATE, os.O_RDONLY)
for depth in range(3000):
    os.mkdir("deep", dir_fd=here)
    here, above = os.open("deep", os.O_RDONLY, dir_fd=here), here
    os.close(above)
for number in range(100_000):
    open(f"{PRIVATE}/{number}", "w").close()
time.sleep(1)
print("the attack has succeeded")
""",
        ran=STOPPED,
        settings=COLD,
    ),
    "locked_folder_beside_the_sockets": in_cell(
        "leaves a folder that cannot be listed beside the sockets",
        PRIVATE
        + """
os.makedirs(PRIVATE + "/locked/inside")
os.chmod(PRIVATE + "/locked", 0)
os.symlink("/", PRIVATE + "/root")
os.chmod(PRIVATE, 0o500)
""",
        ran=f"{CARRIED_OUT}|it wrote into the folder of its own connection",
        settings=COLD,
    ),
    "endless_loop": in_cell(
        "never ends, whatever interrupts it",
        """
        import signal
        print("looping", flush=True)
        while True:
            try:
                while True: pass
            except BaseException: pass
        """,
        ran="it did not end within|or did not end",
        settings=BRIEF | {"restarts": 1},
    ),
    "endless_sleep_in_update": Attack(
        Submission("sleeps in update", {8: "import time; time.sleep(1000)"}),
        "no answer within",
        RIGHT,
        settings={"timeout": 15, "probe_timeout": 5, "restarts": 1, "notebook_timeout": 90},
    ),
    "endless_loop_in_init": Attack(
        Submission(
            "loops in __init__ and swallows what interrupts it",
            {
                **BLANK,
                1: "while size != 6:\n  try:\n    while True: pass\n  except BaseException: pass",
            },
        ),
        "no answer within",
        settings=BRIEF,
    ),
    "endless_notebook": in_cell(
        "uses up its notebook's time, each cell a little",
        "import time; time.sleep(14)\nprint('the attack was carried out')",
        ran="took more than 12 s in all",
        settings={"notebook_timeout": 12},
    ),
    "endless_prints": in_cell(
        "prints for ever",
        "while True: print('x' * 1000)",
        # which of it arrives, and how the kernel ends, depends on how busy the machine is
        ran="x{3}|The rest of the output was cut off.|did not end",
        settings=BRIEF,
    ),
    "endless_displays": in_cell(
        "displays for ever, a message for each",
        "while True: display(1)",
        ran="CellTimeoutError|The rest of the output was cut off.|or did not end",
        settings=BRIEF | {"restarts": 1},
    ),
    "endless_displays_from_a_thread": in_cell(
        "floods the output from threads that do not end with the cell",
        KERNEL
        + """
import threading
parent = kernel.get_parent()

def flood():
    while True: publish("stream", {"name": "stdout", "text": "x"}, parent)

for _ in range(2): threading.Thread(target=flood, daemon=True).start()
""",
        ran=f"{CARRIED_OUT}|x{{3}}|The rest of the output was cut off.|did not end",
        settings=BRIEF,
    ),
    "one_large_output": in_cell(
        "displays 50 MB at once",
        "display({'text/plain': 'x' * (50 * 2**20)}, raw=True)",
        ran="its output was too large",
    ),
    "many_clear_outputs": in_cell(
        "clears its output between floods, so that the limit does not add up",
        """
        from IPython.display import clear_output
        for _ in range(40):
            print("x" * 100_000, flush=True)
            clear_output()
        """,
        ran="The rest of the output was cut off.",
    ),
}
FLOODING: dict[str, Attack] = {
    "heavy_outputs_while_asked": in_cell(
        "publishes what takes long to parse while a test waits for an answer",
        KERNEL
        + """
import hhlab.kernel.perform

def flood(*args, publish=publish, **kwargs):
    for _ in range(30):
        publish("display_data", {"data": [[]] * 1_000_000, "metadata": {}})
    return {}

hhlab.kernel.perform.PROBES["inspect"] = flood
""",
        ran="Your model did not answer|self.V is not",
        settings={"probe_timeout": 10, "restarts": 0},
    ),
    "a_message_of_many_parts": in_cell(
        "sends a message each of whose parts is below the limit",
        KERNEL
        + """
import time
part = bytes(15 * 2**20)
kernel.session.send(kernel.iopub_socket, "stream", content={"name": "stdout", "text": "x"},
                    parent=kernel.get_parent(), ident=b"x", buffers=[part] * 100)
time.sleep(5)
""",
        ran="it was stopped|did not end|was too large|no message",
        settings={"restarts": 0},
    ),
    "small_text_large_objects": in_cell(
        "answers with millions of empty lists",
        """
        import hhlab.channel.wire
        hhlab.channel.wire.encode = lambda answer: '{"a": [' + "[]," * (5 * 10**6 // 2) + "[]]}"
        """,
        ran="what the model returned cannot be used",
    ),
    "output_that_nobody_reads": in_cell(
        "publishes a gigabyte while a test waits for an answer",
        KERNEL
        + """
import hhlab.kernel.perform

def flood(*args, publish=publish, **kwargs):
    for _ in range(50):
        publish("stream", {"name": "stdout", "text": "x" * (20 * 2**20)})
    return {}

hhlab.kernel.perform.PROBES["inspect"] = flood
""",
        ran="Your model did not answer|self.V is not",
        settings={"probe_timeout": 25, "restarts": 0},
    ),
}
"""Attacks on the grader's own memory."""
