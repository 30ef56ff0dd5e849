"""Ways out for the hidden stimuli: models that are right, and tell what they were asked.

Each one hooks the probes in its own kernel, where the questions arrive as plain numbers, and lets
them out in another way as soon as a question is not one of those that students can see.
"""

from hhlab.course.sample_class import Submission

from .attack import CARRIED_OUT, Attack, beside_right_answers

SPY = """
import numpy as np
import hhlab.kernel.perform

VISIBLE = {0.0, 1.0, 2.0, 4.0, 8.0, 10.0, 12.0, 15.0, -70.0, -45.0, 20.0, 30.0}
overheard = []

def listen(probe, react):
    genuine = hhlab.kernel.perform.PROBES[probe]

    def spy(cls, **asked):
        told = asked["currents"][0].max(axis=0) if "currents" in asked else asked["states"]["V"]
        told = [round(float(value), 2) for value in told]
        if set(told) <= VISIBLE:
            return react(None, lambda: genuine(cls, **asked))
        overheard.append(told)
        return react(told, lambda: genuine(cls, **asked))

    hhlab.kernel.perform.PROBES[probe] = spy
"""
DISCREET = "The test itself failed"
"""An error in the package's own code is told without its text."""


def _spy(what: str, code: str, ran: str = CARRIED_OUT, **rest: object) -> Attack:
    # in a namespace of its own: what a later cell names is not there any more when a test asks
    return beside_right_answers(what, f"exec({SPY + code!r}, {{**globals()}})", ran=ran, **rest)


LEAKING: dict[str, Attack] = {
    "prints_the_stimulus": Attack(
        Submission(
            "prints x in update, and the states in dV",
            edits=[
                ("    t = bp.share.load('t')", "    print('x', x)\n    t = bp.share.load('t')"),
                ("    I_Na = ", "    print('V', V)\n    I_Na = "),
            ],
            also=["HH(1).dV(-70.0, 0.0, 0.1, 0.6, 0.3, 0.0)"],
        ),
        "V -70.0",
        Submission("the instructor's answers"),
    ),
    "exception_text": _spy(
        "raises an error with the stimulus in its text",
        """
def react(told, answer):
    if told:
        raise ValueError(f"stimulus {told}")
    return answer()

for probe in ("derivative", "step", "simulate"):
    listen(probe, react)
""",
        DISCREET,
    ),
    "exception_class": _spy(
        "raises an error whose class is called like the stimulus",
        """
def react(told, answer):
    if told:
        raise type("Stimulus" + "_".join(map(str, told)), (Exception,), {})()
    return answer()

for probe in ("derivative", "step", "simulate"):
    listen(probe, react)
""",
        DISCREET,
    ),
    "error_at_the_next_visible_question": _spy(
        "keeps what it overheard until a question comes whose answer students may see",
        """
def react(told, answer):
    if not told and overheard:
        raise ValueError(f"stimulus {overheard[-1][:12]}")
    return answer()

for probe in ("derivative", "step", "simulate"):
    listen(probe, react)
""",
    ),
    "value_at_the_next_visible_question": _spy(
        "returns what it overheard as a wrong value of a state that students may see",
        """
def react(told, answer):
    answer = answer()
    if not told and overheard:
        for name in ("own.V", "course.V", "V"):
            if name in answer:
                answer[name] = np.full_like(answer[name], 100 * overheard[-1][0])
    return answer

for probe in ("derivative", "step", "simulate"):
    listen(probe, react)
""",
    ),
    "number_of_spikes": _spy(
        "fires as many times as the stimulus has hundredths",
        """
def react(told, answer):
    answer = answer()
    if told:
        answer["V"] = np.full_like(answer["V"], -70.0)
        answer["V"][0, 1 : 2 * round(100 * told[0]) : 2] = 10.0
    return answer

listen("simulate", react)
""",
        "With a stimulus of ours your neuron fires",
    ),
    "time_of_the_spike": _spy(
        "fires at the time that is the stimulus",
        """
def react(told, answer):
    answer = answer()
    if told:
        for i, amplitude in enumerate(told):
            answer["V"] = np.array(answer["V"])
            answer["V"][0, :, i] = -70.0
            answer["V"][0, round(100 * amplitude), i] = 10.0
    return answer

listen("simulate", react)
""",
        "With a stimulus of ours your neuron fires",
    ),
    "note_for_the_next_kernel": _spy(
        "writes down what it overheard, ends the kernel, and looks for the note when it starts again",
        """
import contextlib, glob, os
from ipykernel.connect import get_connection_file

PLACES = ["/tmp", "/dev/shm", os.getcwd(), os.path.dirname(get_connection_file())]
for place in PLACES:
    for note in glob.glob(f"{place}/note*"):
        print("a note:", open(note).read())

def react(told, answer):
    if told:
        for place in PLACES:
            with contextlib.suppress(OSError), open(f"{place}/note", "w") as note:
                note.write(str(told))
        os._exit(0)
    return answer()

listen("derivative", react)
""",
        "the kernel died",
        settings={"restarts": 1},
    ),
    "output_after_the_question": _spy(
        "publishes what it overheard as output of every cell there ever was",
        """
kernel = get_ipython().kernel
parents = []
get_ipython().events.register("pre_run_cell", lambda info: parents.append(kernel.get_parent()))
parents.append(kernel.get_parent())

def react(told, answer):
    for parent in parents if told else ():
        for kind in ("stream", "error"):
            kernel.session.send(
                kernel.iopub_socket, kind, parent=parent, ident=b"x",
                content={"name": "stdout", "text": f"{told}", "ename": f"{told}",
                         "evalue": f"{told}", "traceback": [f"{told}"]},
            )
    return answer()

for probe in ("derivative", "step", "simulate"):
    listen(probe, react)
""",
    ),
}
