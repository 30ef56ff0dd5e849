"""Attacks that reach out: to the network, to sockets, to other processes, beyond their own end."""

from .attack import Look

CONNECT = """
import socket

def connect(family, *addresses):
    for address in addresses:
        with socket.socket(family, socket.SOCK_STREAM) as call:
            call.settimeout(2)
            try:
                call.connect(address)
                print("GOT through to", address)
                return
            except OSError as error:
                refused = error
    print("REFUSED", refused)
"""
TRACE = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
"""

CALLS = {
    "inotify": "libc.inotify_init1(0)",
    "inotify_of_old": "libc.inotify_init()",
    "dnotify": "libc.fcntl(at('/usr'), 1026, 1)",
    "lease": "libc.fcntl(at('/usr/bin/env'), 1024, 0)",
    "fanotify": "libc.fanotify_init(0x200, 0)",
    "lock_on_what_others_use": "libc.flock(at(os.__file__), 1)",
    "another_core": "libc.sched_setaffinity(0, 8, ctypes.byref(ctypes.c_ulong(-1)))",
    "vsock": "libc.socket(40, 1, 0)",
    "packets": "libc.socket(17, 3, 0)",
    "cryptography_in_the_kernel": "libc.socket(38, 5, 0)",
    "pages_in_a_pipe": "libc.vmsplice(os.pipe()[1], ctypes.byref((ctypes.c_size_t * 2)(id(libc), 1)), 1, 0)",
}
"""System calls that no notebook needs, as they return -1 where they are refused."""
CALL = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def at(path):
    global file
    file = os.open(path, os.O_RDONLY)
    return file
file = -1
got = {}
print(("GOT" if got >= 0 else "REFUSED"), got, os.strerror(ctypes.get_errno()))
try: os.close(file)
except OSError: pass
"""

LOCKED = """
import fcntl, os, struct, subprocess, sys
lock, free = (struct.pack("hhqqi4x", kind, 0, 0, 1, 0) for kind in (fcntl.F_WRLCK, fcntl.F_UNLCK))
look = f"import fcntl, os; print(fcntl.fcntl(os.open('/dev/null', os.O_RDWR), fcntl.F_GETLK, {lock}))"
file = os.open("/dev/null", os.O_RDWR)
seen = [subprocess.check_output([sys.executable, "-c", look])]
for command in (fcntl.F_SETLK, 37):  # and F_OFD_SETLK
    fcntl.fcntl(file, command, lock)
    seen.append(subprocess.check_output([sys.executable, "-c", look]))
    fcntl.fcntl(file, command, free)
os.close(file)
print("GOT" if len(set(seen)) > 1 else "REFUSED", seen)
"""

REACHING: dict[str, Look] = {
    **{name: Look(CALL.format(call)) for name, call in CALLS.items()},
    "locked_part_of_what_others_use": Look(LOCKED, True),
    "localhost": Look(CONNECT + "\nconnect(socket.AF_INET, ('127.0.0.1', $PORT))", True),
    "outside_world": Look(
        CONNECT + "\nconnect(socket.AF_INET, ('1.1.1.1', 53), ('192.0.2.1', 80))"
    ),
    "names": Look(
        """
import socket
try:
    print("GOT", socket.getaddrinfo("example.org", 80))
except OSError as refused:
    print("REFUSED", refused)
"""
    ),
    "abstract_socket": Look(CONNECT + "\nconnect(socket.AF_UNIX, '\\0$ABSTRACT')", True),
    "file_socket": Look(
        CONNECT + "\nconnect(socket.AF_UNIX, '$TMP/listening', '/run/docker.sock',"
        " '/run/dbus/system_bus_socket')",
        True,
    ),
    "raw_packets": Look(
        """
import socket
try:
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    print("GOT a raw socket")
except OSError as refused:
    print("REFUSED", refused)
"""
    ),
    "trace_the_parent": Look(
        TRACE + "\nfailed = libc.ptrace(16, os.getppid(), 0, 0)\n"
        "print('GOT hold of', os.getppid()) if not failed and os.getppid() != 1 else print('REFUSED')"
    ),
    "kill_the_parent": Look(
        """
import os, signal
for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP):
    for other in {os.getppid(), 1}:
        try: os.kill(other, number)
        except OSError: pass
print("REFUSED: still", os.getppid())
"""
    ),
    "another_user_namespace": Look(
        """
import os
try:
    os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNS)
    print("GOT capabilities")
except OSError as refused:
    print("REFUSED", refused)
"""
    ),
    "namespaces_of_a_child": Look(
        """
import subprocess
for how in ("-U", "-r", "-rm", "-rn", "-m", "-n", "-p"):
    tried = subprocess.run(["unshare", how, "true"], capture_output=True, text=True)
    if tried.returncode == 0:
        print("GOT", how)
print("REFUSED", tried.stderr)
"""
    ),
    "uncover_what_is_hidden": Look(
        """
import ctypes, os
libc = ctypes.CDLL(None)
for place in (b"/proc", b"/tmp", b"/dev/shm", os.environ["HOME"].encode()):
    for flags in (0, 1, 2, 8):
        if libc.umount2(place, flags) == 0: print("GOT", place)
    if libc.mount(b"proc", place, b"proc", 0, None) == 0: print("GOT /proc", place)
    if libc.mount(b"/", place, None, 4096, None) == 0: print("GOT /", place)
print("REFUSED")
"""
    ),
    "inherited_files": Look(
        """
import os, socket, stat
for number in range(3, 256):
    try: mode = os.fstat(number).st_mode
    except OSError: continue
    own = os.fstat(number).st_dev == os.stat(os.environ["HOME"]).st_dev  # SQLite's, of history
    if stat.S_ISDIR(mode) and not own: print("GOT a folder", os.listdir(number))
    if stat.S_ISSOCK(mode):
        it = socket.socket(fileno=os.dup(number))
        if it.type == socket.SOCK_SEQPACKET: print("GOT the forker's ear", it.send(b"{}"))
        it.close()
print("REFUSED")
"""
    ),
    "namespaces_of_others": Look(
        """
import os
try:
    os.setns(os.open("/proc/1/ns/net", os.O_RDONLY), 0)
    os.setns(os.open("/proc/1/ns/mnt", os.O_RDONLY), 0)
    print("GOT in")
except OSError as refused:
    print("REFUSED", refused)
"""
    ),
    "another_user": Look(
        """
import os, subprocess
try:
    os.setuid(0)
    print("GOT root")
except OSError as refused:
    done = subprocess.run(["su", "-c", "true"], stdin=subprocess.DEVNULL, capture_output=True)
    print("GOT su" if done.returncode == 0 else f"REFUSED {refused}")
"""
    ),
    "type_into_the_terminal": Look(
        """
import fcntl, os, termios
try:
    fcntl.ioctl(os.open("/dev/tty", os.O_RDWR), termios.TIOCSTI, b"x")
    print("GOT a terminal")
except OSError as refused:
    print("REFUSED", refused)
"""
    ),
    "higher_limits": Look(
        """
import resource
got = []
for name in ("RLIMIT_CPU", "RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_CORE"):
    which = getattr(resource, name)
    if resource.getrlimit(which)[1] == resource.RLIM_INFINITY:
        got.append(f"no {name}")
    try:
        resource.setrlimit(which, (resource.RLIM_INFINITY,) * 2)
        got.append(name)
    except (OSError, ValueError):
        pass
print("GOT" if got else "REFUSED", got)
"""
    ),
    "daemon": Look(
        """
import os, time
for outlive in (os.setsid, os.setpgrp, lambda: None):
    if os.fork() == 0:
        outlive()
        if os.fork() == 0:
            os.execv("/bin/sh", ["hhlab-attack", "-c", "trap '' TERM HUP INT; while :; do sleep 1; done"])
        os._exit(0)
time.sleep(0.5)
print("REFUSED: for whether they are gone, the test looks")
"""
    ),
    "kill_everybody": Look(
        """
import os, signal
print("REFUSED: for whether others are there, the test looks", flush=True)
os.kill(-1, signal.SIGTERM)
"""
    ),
    "socket_for_a_link": Look(
        """
import os, time
from ipykernel.connect import get_connection_file
folder = os.path.dirname(get_connection_file())
try:
    os.rename(folder, folder + "-hhlab-attack")
    print("GOT the private folder moved")
except OSError as refused:
    print("REFUSED", refused, flush=True)
    time.sleep(0.5)  # what follows may end the kernel
    for name in os.listdir(folder):
        os.rename(f"{folder}/{name}", f"{folder}/{name}.moved")
        os.symlink("$TMP/listening", f"{folder}/{name}")
"""
    ),
}
