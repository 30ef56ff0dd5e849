"""Modules that are put off are there when somebody wants them, and not before."""

import json
import subprocess
import sys

BRAINPY = """
import inspect, sys
from hhlab.kernel import later
import brainpy, braintools
import debugpy  # which looks at everything that is imported
inspect.getmodule(lambda: 0)
missing = [name for name in later.PUT_OFF if type(sys.modules.get(name)) is not later.Later]
empty = [name for name in later.PUT_OFF if not set(dir(sys.modules[name])) - set(dir(object))]
left = [name for name in later.PUT_OFF if type(sys.modules[name]) is later.Later]
print(missing, empty, left, braintools.visualize._statistical.stats.norm.cdf(0))
"""
BEGIN = "from hhlab.kernel import later\nlater.PUT_OFF = *later.PUT_OFF, 'xml.dom'\n"
EACH_ALONE = """
import contextlib, json, os, sys
answers = {}
for use in json.loads(sys.argv[1]):
    read, write = os.pipe()
    if not os.fork():
        with os.fdopen(write, "w") as tell, contextlib.redirect_stdout(tell):
            exec(use, {})
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as told:
        answers[use] = told.read().strip()
    os.wait()
print(json.dumps(answers))
"""
"""Has each use begin from the same state, and Python start once for all."""
USES = {
    "import xml.dom\nprint(xml.dom.Node.TEXT_NODE)": "3",
    "import xml.dom as dom\nprint(dom.Node.TEXT_NODE, dom.Node.TEXT_NODE)": "3 3",
    "from xml import dom\nprint(dom.Node.TEXT_NODE)": "3",
    "from xml.dom import Node\nprint(Node.TEXT_NODE)": "3",
    "from xml.dom import minidom\nprint(minidom.Node.TEXT_NODE)": "3",
    "from xml.dom.minidom import Text\nprint(Text.nodeType)": "3",
    "from xml.dom import *\nprint(Node.TEXT_NODE)": "3",
    "import xml.dom\nprint('Node' in dir(xml.dom))": "True",
    "import xml.dom\nprint(xml.dom.__file__.endswith('__init__.py'), 'Node' in vars(xml.dom))": (
        "True False"
    ),
    "import importlib, xml.dom\nprint(importlib.reload(xml.dom).Node.TEXT_NODE)": "3",
    "import xml.dom, inspect\nxml.dom.Node\nprint('class Node' in inspect.getsource(xml.dom))": (
        "True"
    ),
    "import scipy\nprint(len(scipy.signal.find_peaks([0, 1, 0])[0]))": "1",
    "from scipy.stats import norm\nprint(norm.cdf(0))": "0.5",
    "import scipy.stats._distn_infrastructure as one\nimport scipy.stats\n"
    "print(one is scipy.stats._distn_infrastructure, scipy.stats.norm.cdf(0))": "True 0.5",
}
FAILS = """
import pathlib, sys
folder = pathlib.Path(sys.argv[1])
(folder / "broken.py").write_text("1 / 0")
sys.path.insert(0, str(folder))
later.PUT_OFF = *later.PUT_OFF, "broken"
import broken
for _ in range(2):
    try:
        broken.anything
    except ZeroDivisionError as error:
        print(type(error).__name__)
(folder / "broken.py").write_text("anything = 1")
print(broken.anything)
"""


def printed(program, *arguments):
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_brainpy_does_without_until_somebody_asks():
    assert printed(BRAINPY) == "[] [] [] 0.5"


def test_who_uses_it_has_it():
    assert json.loads(printed(BEGIN + EACH_ALONE, json.dumps([*USES]))) == USES


def test_a_module_that_fails_fails_again_until_it_does_not(tmp_path):
    assert printed(BEGIN + FAILS, str(tmp_path)).split() == ["ZeroDivisionError"] * 2 + ["1"]
