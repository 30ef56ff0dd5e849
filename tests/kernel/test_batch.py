"""Questions that are asked in one go get the answers that each would get by itself."""

import gc

import jax
import numpy as np
import pytest
from bank.exam import answer, master
from bank.explore.exam import notebook
from bank.families import RIGHT
from bank.here import Here
from nbgrader.utils import is_grade

from hhlab import hidden_parameters, hidden_pulses, hidden_states, pulse, refine, simulate
from hhlab.channel import reply
from hhlab.course.sample_class import Submission
from hhlab.course.unit import UNIT
from hhlab.grading.examine.examiner import Examiner
from hhlab.kernel.batch import perform_all
from hhlab.lab.bench import Lab
from hhlab.reference.homework import START

SAME = 2e-3
"""mV, or 1: 4000 single-precision steps round differently in populations of different sizes."""


def model(submission):
    """Return the class of an answer."""
    here = Here()
    here.run_all(answer(submission))
    return here.namespace["HH"]


@pytest.fixture(scope="module")
def instructors():
    """The class of the instructor's answer."""
    return model(RIGHT["instructors_answer"])


def simulation(stimulus, dt=0.01, **parameters):
    """Return a question as the grader asks it."""
    currents = stimulus.sample(dt).astype(np.float32)
    given = {"currents": currents[None], "steps": np.array([len(currents)])}
    asked = {**given, "start": START, "dt": np.array([dt]), "parameters": parameters}
    return "simulate", asked


def states(name, count):
    """Return states in the precision that BrainPy computes with."""
    return {key: value.astype(np.float32) for key, value in hidden_states(name, count).items()}


def change(name, count, **parameters):
    """Return a question for the derivative."""
    return "derivative", {"states": states(name, count), "parameters": parameters}


def one_step(name, count, dt, **parameters):
    """Return a question for a step."""
    drawn = {key: value for key, value in states(f"{name}, drawn", count).items() if key != "I"}
    asked = {"states": states(name, count), "drawn": drawn, "dt": dt, "parameters": parameters}
    return "step", asked


QUESTIONS = {
    "simulations of different lengths and parameters": [
        simulation(hidden_pulses("one")),
        simulation(pulse([2.0, 12.0])),
        simulation(hidden_pulses("three"), V_th=-20.0),
        simulation(pulse([12.0]), **hidden_parameters("four")),
    ],
    "derivatives": [
        change("one", 3),
        change("two", 16, T=16.3),
        change("three", 8, ENa=55.0, EK=-72.0, EL=-50.0),
    ],
    "steps of two sizes": [
        one_step("one", 3, 0.01),
        one_step("two", 16, 0.01, T=16.3),
        one_step("three", 1, 0.1),
    ],
    "everything": [
        ("inspect", {"size": (2, 3), "parameters": {"T": 20.0}}),
        change("one", 3),
        one_step("one", 3, 0.01),
        ("inspect", {"size": 1, "parameters": {}}),
        change("two", 4),
    ],
}


@pytest.mark.parametrize("questions", QUESTIONS.values(), ids=QUESTIONS)
def test_many_questions_get_the_answers_that_each_gets_alone(questions, instructors):
    together = perform_all(instructors, questions)
    for question, answered in zip(questions, together, strict=True):
        (alone,) = perform_all(instructors, [question])
        assert answered.keys() == alone.keys()
        for key, value in alone.items():
            assert np.shape(answered[key]) == np.shape(value), key
            np.testing.assert_allclose(answered[key], value, rtol=1e-4, atol=SAME, err_msg=key)


def test_a_parameter_that_is_not_asked_for_is_the_students_own(instructors):
    other = model(Submission("another leak", edits=[("gL=0.03", "gL=0.3")]))
    questions = [change("leak", 4), change("leak", 4, T=16.3)]
    theirs, warm = perform_all(other, questions)
    ours, _ = perform_all(instructors, questions)
    (alone,) = perform_all(other, questions[:1])
    np.testing.assert_allclose(theirs["V"], alone["V"], rtol=1e-5)
    assert np.abs(theirs["V"] - ours["V"]).max() > 1
    assert np.abs(theirs["m"] - warm["m"]).max() > 0.1


@pytest.mark.parametrize(
    "edit",
    [
        ("self.T_base = 6.3", "self.T_base = 6.3; T = float(T)"),
        ("self.T_base = 6.3", "self.T_base = 6.3; assert T >= 0"),
        ("T=6.3):", "T=None):\n    T = 6.3 if T is None else T"),
    ],
)
def test_a_class_that_takes_nothing_but_numbers_is_asked_one_by_one(edit, instructors):
    picky = model(Submission("takes numbers alone", edits=[edit]))
    questions = [change("picky", 3), change("picky, warm", 5, T=16.3)]
    for theirs, ours in zip(
        perform_all(picky, questions), perform_all(instructors, questions), strict=True
    ):
        np.testing.assert_allclose(theirs["m"], ours["m"], rtol=1e-4, atol=1e-5)


def test_a_class_that_names_its_neurons_is_built_often_and_leaves_its_name_to_the_student():
    """In BrainPy a name is one object's."""
    named = model(RIGHT["named"])
    for _ in range(2):
        (size,) = perform_all(named, [("inspect", {"size": 3, "parameters": {}})])
        assert not [key for key in size if key.endswith("error")]
        students_own = named(3)
        assert students_own.name == "HH"
        assert Lab(named).own
        del students_own
        gc.collect()


@pytest.mark.parametrize("assignment", ["hh-model", "hh-explore"])
def test_all_that_the_course_asks_is_foreseen(assignment, monkeypatch):
    """Each part of the tests takes one message, however many questions it has."""
    monkeypatch.setattr(reply, "SOON", 600)  # also where a machine is slow
    here, sent, right = Here(), [], Submission("the instructor's answers")
    here.run_all(answer(right) if assignment == "hh-model" else notebook({}))

    def send(expression):
        sent.append(expression)
        return here.send(expression)

    examiner, tests = Examiner(send, UNIT), master(assignment).cells
    cells = [each.source for each in tests if is_grade(each) and each.cell_type == "code"]
    examiner.ask_visible(cells)
    assert all(examiner.visible(cell).passed for cell in cells)
    assert len(sent) == 1
    examiner.ask_hidden(cells)
    assert all(examiner.hidden(cell).passed for cell in cells)
    assert len(sent) == 2


def test_a_test_that_goes_by_its_answers_asks_in_its_turn():
    asked = []

    def send(expression):
        asked.append(expression)
        return {"status": "error", "ename": "Oops", "evalue": "no"}

    examiner = Examiner(send, UNIT)
    cell = "first = value(number)\nif first > 3:\n  value(other)\nprint(value(third))"
    examiner.ask_visible([cell])
    assert asked == []
    assert "Oops: no" in str(examiner.visible(cell).sentence)
    assert len(asked) == 1


STEPS = [0.1, 0.05, 0.01]


@pytest.mark.parametrize(
    "edit",
    [
        ("dt=dt)", "dt=dt)"),
        ("dt=dt)", "dt=float(dt))"),  # it cannot be compiled for all time steps at once
    ],
    ids=["compiled once", "compiled for each"],
)
def test_a_neuron_does_with_each_time_step_what_it_does_with_it_alone(edit):
    HH = model(Submission("a neuron", edits=[edit]))
    for run, dt in zip(refine(HH, pulse([4.0, 12.0]), STEPS), STEPS, strict=True):
        alone = simulate(HH, pulse([4.0, 12.0]), dt=dt)
        assert run.dt == dt
        for name in ("t", "V", "m", "h", "n", "spike", "t_last_spike"):
            theirs = getattr(run.trace, name)
            np.testing.assert_allclose(theirs, getattr(alone.trace, name), atol=SAME, err_msg=name)


def test_all_that_a_grader_simulates_is_compiled_once(capsys):
    """A printing update is heard each time it is compiled."""
    here, heard = Here(), []
    here.run_all(
        answer(
            Submission(
                "counts", edits=[("t = bp.share.load('t')", "note(); t = bp.share.load('t')")]
            )
        )
    )
    exec("def note(): print('compiled')", here.namespace)

    def send(expression):
        questions = expression.split("user_ns, ", 1)[1]
        reply = here.send(expression)
        heard.append((questions.count('"simulate"'), capsys.readouterr().out.count("compiled")))
        return reply

    HH = here.namespace["HH"]
    refine(HH, pulse(4.0), STEPS)
    assert capsys.readouterr().out.count("compiled") == 1
    here.send = lambda expression: _aloud(here, expression)
    examiner = Examiner(send, UNIT)
    visible = "check.gates(simulate(HH, pulse([2.0, 12.0])))"
    hidden = "simulate(HH, pulse(9.0)); simulate(HH, pulse(7.0), T=9.0)"
    cell = f"{visible}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    examiner.ask_visible([cell, "simulate(HH, pulse(8.0), T=10.0)"])
    assert heard == [(2, 1)]  # what the student's own cells had compiled is never taken over
    assert examiner.visible(cell).passed
    examiner.ask_hidden([cell])
    assert heard == [(2, 1), (2, 0)]
    simulate(HH, pulse(4.0))
    assert capsys.readouterr().out.count("compiled") == 1


def test_the_same_text_is_compiled_once_and_another_anew(caplog):
    """A cell that is run again makes a new class: it is followed anew, to see what it does now."""
    steeper = Submission("steeper", edits=[("0.07 * bm.exp", "0.0701 * bm.exp")])
    steepest = Submission("steepest", edits=[("0.07 * bm.exp", "0.0702 * bm.exp")])
    ends = []
    for each in (steeper, steeper, steepest):
        with jax.log_compiles():
            run = simulate(model(each), pulse(12.0))
        ends.append(run.trace.h[-1, 0])
    assert caplog.text.count("Finished XLA compilation of jit(_simulated)") == 2
    assert ends[0] == ends[1] != ends[2]


def _aloud(here, expression):
    """Evaluate an expression as :meth:`Here.send` does, but let it print."""
    from types import SimpleNamespace

    shell = SimpleNamespace(user_ns=here.namespace)
    reply = eval(expression, {"get_ipython": lambda: shell})
    return {"status": "ok", "data": reply._repr_mimebundle_()}
