"""Several calls in one go: what takes long is left out, and is asked by itself."""

import contextlib
import time
import tracemalloc

import numpy as np
import pytest

from hhlab.channel import reply, wire


def double(x):
    """Answer at once."""
    return 2 * x


def slow(x):
    """Answer after a while."""
    time.sleep(0.3)
    return x


def endless(x):
    """Answer never."""
    while True:
        pass


def stubborn(x):
    """Answer never, whatever error is raised."""
    while True:
        with contextlib.suppress(Exception):
            endless(x)


def caught(x):
    """Answer when interrupted."""
    try:
        endless(x)
    except BaseException:
        return 3 * x


NAMESPACE = {each.__name__: each for each in (double, slow, endless, stubborn, caught)}


def asked(*names):
    """Return the answers of several functions that are called with 1, 2, …; what fails is None."""
    arguments = [wire.encode({"arguments": {"0": k}, "named": {}}) for k in range(1, 9)]
    questions = [(name, "call", given, 0) for name, given in zip(names, arguments, strict=False)]
    answers = wire.decode_all(reply.replies(NAMESPACE, questions).text, len(names))
    return [None if "fault" in answer else answer["0"].item() for answer in answers]


@pytest.mark.parametrize("name", ["endless", "stubborn"])
def test_a_call_that_does_not_end_is_given_up_and_the_others_are_answered(monkeypatch, name):
    monkeypatch.setattr(reply, "LONGEST", 0.3)
    assert asked("double", name, "double") == [2, None, 6]


def test_what_catches_everything_has_answered(monkeypatch):
    monkeypatch.setattr(reply, "LONGEST", 0.3)
    assert asked("double", "caught", "double") == [2, 6, 6]


def test_no_further_call_is_begun_after_a_while(monkeypatch):
    monkeypatch.setattr(reply, "SOON", 0.2)
    assert asked("double", "slow", "double", "double") == [2, 2, None, None]


def test_a_single_call_has_all_its_time(monkeypatch):
    monkeypatch.setattr(reply, "LONGEST", 0.1)
    monkeypatch.setattr(reply, "SOON", 0.0)
    assert asked("slow") == [1]


KINDS = {np.dtype(code).str for code in np.typecodes["AllInteger"] + np.typecodes["Float"] + "?"}


@pytest.mark.parametrize("dimensions", range(7))
@pytest.mark.parametrize("kind", sorted(KINDS | {kind.replace("<", ">") for kind in KINDS}))
def test_what_is_plain_crosses_the_wire(kind, dimensions):
    array = np.zeros((2,) * dimensions, kind)
    try:
        values = reply.plain(array)
    except TypeError:
        assert dimensions > wire.MOST_DIMENSIONS
    else:
        crossed = wire.decode(wire.encode({"values": values}))["values"]
        assert (crossed.dtype.kind, crossed.shape) == (array.dtype.kind, array.shape)


def test_lists_without_end_are_refused_before_they_are_made():
    flood = f'{{"a": [{"[]," * (wire.LARGEST // 4)}[]]}}'
    tracemalloc.start()
    try:
        for read in (wire.decode, lambda text: wire.decode_all(text, 1)):
            with pytest.raises(wire.BadMessage, match="too large"):
                read(flood)
        assert tracemalloc.get_traced_memory()[1] < len(flood)
    finally:
        tracemalloc.stop()
    some = wire.MOST_PARTS // 3  # in each of them a bracket, and behind it a comma
    assert wire.decode_all(wire.encode_all([{}] * some), some) == [{}] * some
