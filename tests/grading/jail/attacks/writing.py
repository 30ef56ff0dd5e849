"""Attacks that write: grades, answers, the course's code, the machine.

None of them changes anything where it succeeds: a file is opened for writing and closed again.
"""

from .attack import Look

TRY = """
import os

def opened(*paths):
    for path in paths:
        try:
            os.close(os.open(os.path.expanduser(path), os.O_WRONLY))
            print("GOT", path)
            return
        except OSError as error:
            refused = error
    print("REFUSED", refused)

def created(*paths):
    for path in paths:
        try:
            os.close(os.open(os.path.expanduser(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL))
            print("GOT", path)
            os.unlink(path)
            return
        except OSError as error:
            refused = error
    print("REFUSED", refused)
"""

WRITING: dict[str, Look] = {
    "gradebook": Look(TRY + "\nopened('$COURSE/gradebook.db')", True),
    "gradebook_trigger": Look(
        """
import sqlite3
try:
    book = sqlite3.connect("file:$COURSE/gradebook.db?mode=rw", uri=True)
    book.execute("CREATE TRIGGER hhlab_attack AFTER UPDATE ON grade BEGIN SELECT 1; END")
    book.rollback()
    book.execute("DROP TRIGGER hhlab_attack")
    print("GOT a trigger")
except sqlite3.Error as refused:
    print("REFUSED", refused)
"""
    ),
    "release": Look(TRY + "\nopened('$COURSE/release/hh-model/hh-model.ipynb')", True),
    "source_of_the_course": Look(
        TRY + "\nimport hhlab.check, hhlab.kernel.perform\n"
        "opened(hhlab.check.__file__, hhlab.kernel.perform.__file__)",
        True,
    ),
    "grader": Look(
        TRY
        + "\nimport hhlab\ncreated(os.path.dirname(hhlab.__file__) + '/grading/hhlab-attack.py')"
    ),
    "site_packages": Look(
        TRY + "\nimport numpy\nfolder = os.path.dirname(os.path.dirname(numpy.__file__))\n"
        "created(folder + '/hhlab-attack.pth', numpy.__path__[0] + '/hhlab-attack.py')"
    ),
    "python_itself": Look(
        TRY
        + "\nimport sys\ncreated(sys.prefix + '/hhlab-attack', sys.base_prefix + '/hhlab-attack')"
    ),
    "system_folders": Look(
        TRY
        + "\ncreated(*(f'{folder}/hhlab-attack' for folder in ('/usr', '/usr/bin', '/etc', '/var',"
        " '/root', '/home', '/dev', '/')))"
    ),
    "kernel_settings": Look(
        TRY + "\nopened('/proc/sys/kernel/core_pattern', '/proc/sys/kernel/hostname',"
        " '/proc/sys/vm/drop_caches', '/proc/sysrq-trigger', '/proc/sys/kernel/modprobe')"
    ),
    "device_files": Look(
        """
import os
try:
    os.chmod("/dev/null", os.stat("/dev/null").st_mode & 0o777)
    print("GOT the right to lock /dev/null for the whole machine")
except OSError as refused:
    print("REFUSED", refused)
"""
    ),
    "disks": Look(
        TRY
        + "\nimport glob\nopened('/dev/sda', '/dev/vda', '/dev/mem', '/dev/kmsg', '/dev/nowhere',"
        " *glob.glob('/dev/loop*'))"
    ),
    "remounting": Look(
        """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
done = [libc.mount(b"none", b"/usr", None, 32 | 4096, None), libc.umount2(b"/proc", 2),
        libc.mount(b"none", b"/tmp", b"tmpfs", 0, None)]
print("GOT a mount" if 0 in done else f"REFUSED {ctypes.get_errno()}")
"""
    ),
    "jax_cache": Look(
        TRY + "\nimport jax\nfolder = jax.config.jax_compilation_cache_dir or '/run/hhlab/compiled'"
        "\ncreated(folder + '/hhlab-attack')"
    ),
    "modules_for_the_next": Look(
        TRY + "\nimport hhlab\nfolder = os.path.dirname(os.path.dirname(hhlab.__file__))\n"
        # where all of this lies in /tmp, the jail has a /tmp of its own there
        "shared = [path for path in ('$COURSE/numpy.py', folder + '/numpy.py') if path[:5] != '/tmp/']\n"
        "created(*shared, '$HOME/hhlab-attack.py')"
    ),
}
