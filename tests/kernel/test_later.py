"""Modules that are put off are there when somebody wants them, and not before."""

import subprocess
import sys

import pytest

BRAINPY = """
import inspect, sys
import hhlab.kernel.later
import brainpy, braintools
import debugpy  # which looks at everything that is imported
inspect.getmodule(lambda: 0)
loaded = [name for name in sys.modules if name.startswith(("scipy.signal.", "scipy.stats."))]
print(loaded, braintools.visualize._statistical.stats.norm.cdf(0))
"""
USES = {
    "import xml.dom\nprint(xml.dom.Node.TEXT_NODE)": "3",
    "import xml.dom as dom\nprint(dom.Node.TEXT_NODE, dom.Node.TEXT_NODE)": "3 3",
    "from xml.dom import Node\nprint(Node.TEXT_NODE)": "3",
    "from xml.dom import minidom\nprint(minidom.Node.TEXT_NODE)": "3",
    "from xml.dom.minidom import Text\nprint(Text.nodeType)": "3",
    "from xml.dom import *\nprint(Node.TEXT_NODE)": "3",
    "import xml.dom\nprint('Node' in dir(xml.dom))": "True",
    "import importlib, xml.dom\nprint(importlib.reload(xml.dom).Node.TEXT_NODE)": "3",
    "import scipy\nprint(len(scipy.signal.find_peaks([0, 1, 0])[0]))": "1",
    "from scipy.stats import norm\nprint(norm.cdf(0))": "0.5",
}


def printed(program):
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_brainpy_does_without_until_somebody_asks():
    assert printed(BRAINPY) == "[] 0.5"


@pytest.mark.parametrize("use", USES)
def test_who_uses_it_has_it(use):
    begin = "import sys, xml\nfrom hhlab.kernel.later import Later\n"
    put_off = "xml.dom = sys.modules['xml.dom'] = Later('xml.dom')\n"
    assert printed(begin + put_off + use) == USES[use]
