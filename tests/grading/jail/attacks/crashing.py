"""Submissions that end, close or hollow out their own kernel."""

from hhlab.course.sample_class import BLANK, Submission

from .attack import KERNEL, Attack, beside_right_answers, in_cell

RIGHT = Submission("the instructor's answers")
FEW = {"restarts": 1}

CRASHING: dict[str, Attack] = {
    "exit_in_a_cell": in_cell(
        "ends the process in a cell", "import os; os._exit(0)", ran="the kernel died"
    ),
    "exit_in_update": Attack(
        Submission("ends the process in update", {8: "import os; os._exit(0)"}),
        "the kernel died",
        RIGHT,
        settings={"restarts": 4},
    ),
    "exit_in_init": Attack(
        Submission("ends the process in __init__", {1: "import os; os._exit(0)"}),
        "the kernel died",
        RIGHT,
        settings=FEW,
    ),
    "segmentation_fault": beside_right_answers(
        "reads at address 0 when it is asked",
        """
        import ctypes, hhlab.kernel.perform
        crash = lambda *args, ctypes=ctypes, **kwargs: ctypes.string_at(0)
        hhlab.kernel.perform.PROBES["step"] = crash
        """,
        ran="the kernel died",
        settings=FEW,
    ),
    "system_exit": Attack(
        Submission("raises SystemExit wherever it can", {1: "raise SystemExit", 8: "quit()"}),
        "self.V is not there: SystemExit",
        RIGHT,
        settings=FEW,
    ),
    "keyboard_interrupt": Attack(
        Submission("raises KeyboardInterrupt", {1: "raise KeyboardInterrupt"}),
        "KeyboardInterrupt",
        RIGHT,
        settings=FEW,
    ),
    "recursion": Attack(
        Submission("calls itself for ever", {**BLANK, 1: "type(self)(size)"}), "RecursionError"
    ),
    "no_stdout": in_cell(
        "closes every open file of the kernel but its sockets",
        """
        import os, sys
        sys.stdout.close(); sys.stderr.close()
        sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = None
        for number in (0, 1, 2): os.close(number)
        """,
        ran="no answer within",
        settings={"probe_timeout": 5, "restarts": 1},
    ),
    "no_sockets": in_cell(
        "closes the kernel's sockets",
        """
        import os
        for number in range(3, 256):
            try: os.close(number)
            except OSError: pass
        """,
        ran="the kernel died",
        settings=FEW,
    ),
    "no_heartbeat": in_cell(
        "stops the heartbeat and the threads of control and output",
        KERNEL
        + """
from ipykernel.kernelapp import IPKernelApp
app = IPKernelApp.instance()
app.heartbeat.context.term = lambda: None
app.heartbeat.socket.close(0)
kernel.control_thread.io_loop.add_callback(kernel.control_thread.io_loop.stop)
""",
    ),
}
