"""HTML and scripts where students' text and pictures are shown: to instructors, in a browser."""

from textwrap import dedent

from hhlab.course.sample_class import BLANK, Submission

from .attack import CARRIED_OUT, KERNEL, Attack, beside_right_answers, in_cell

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
EVERY_KIND = f"""
from IPython.display import HTML, SVG, IFrame, Javascript, Latex, Markdown, display

TEXT = {SCRIPT!r}
DRAWING = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
for shown in (HTML(TEXT), SVG(DRAWING), IFrame("javascript:alert(1)", 9, 9), Javascript("alert(1)"),
              Latex("$" + TEXT + "$"), Markdown(TEXT + "[x](javascript:alert(1))")):
    display(shown)
for kind in ("image/png", "image/jpeg", "image/gif", "image/svg+xml", "text/plain", "text/html",
             "application/vnd.jupyter.widget-view+json", "application/pdf", "x/y' onload='alert(1)"):
    display({{kind: TEXT}}, raw=True, metadata={{kind: {{"width": "1' onload='alert(1)"}}}})
    display({{kind: "iVBORw0KGgo='><script>alert(1)</script>"}}, raw=True)
print(TEXT)
print("\\x1b]8;;javascript:alert(1)\\x07link\\x1b]8;;\\x07 \\x1b[31m<b onclick=alert(1)>")
print({CARRIED_OUT!r})
raise type(TEXT, (Exception,), {{"__module__": TEXT}})(TEXT)
"""
LATE_COUNT = (
    KERNEL
    + f"""
import threading, time

parent = kernel.get_parent()

def insist():
    for _ in range(100):
        publish("execute_input", {{"code": "", "execution_count": {SCRIPT!r}}}, parent)
        time.sleep(0.001)

threading.Thread(target=insist).start()
time.sleep(0.05)
"""
)


def _when_run_again(what: str, code: str) -> Attack:
    """Return an attack whose cells are run again, as a test's question ends the kernel."""
    code = f"""
from IPython.display import HTML, update_display
{dedent(code)}
import os
import hhlab.kernel.perform
hhlab.kernel.perform.PROBES["derivative"] = lambda *args, end=os._exit, **kwargs: end(0)
"""
    return beside_right_answers(what, code, ran="the kernel died", settings={"restarts": 1})


SHOWING: dict[str, Attack] = {
    "html_in_every_output": Attack(
        Submission("shows HTML, SVG, JavaScript and false pictures", BLANK, also=[EVERY_KIND]),
        CARRIED_OUT,
    ),
    "html_in_the_prompt": in_cell("numbers its cells with a script", LATE_COUNT),
    "html_in_an_exception": Attack(
        Submission(
            "raises a script",
            {**BLANK, 1: f"raise type({SCRIPT!r}, (Exception,), {{}})('self.V ' + {SCRIPT!r})"},
        ),
        "self.V <script>",
    ),
    "html_after_the_kernel_died": _when_run_again(
        "shows HTML in a cell that is run again when a test has ended the kernel",
        f"display(HTML({SCRIPT!r}))",
    ),
    "html_in_a_display_that_is_updated_when_run_again": _when_run_again(
        "updates what is shown already, in the cells that are run again",
        f"""
        display("a", display_id="x")
        update_display(HTML({SCRIPT!r}), display_id="x")
        """,
    ),
    "half_characters_when_run_again": _when_run_again(
        "updates what is shown already by what cannot be stored",
        """
        import json
        get_ipython().kernel.session.pack = lambda message: json.dumps(message, default=str).encode()
        display("a", display_id="x")
        update_display({"text/plain": "half \\ud800"}, raw=True, display_id="x")
        """,
    ),
    "html_by_a_later_kernel": Attack(
        Submission(
            "has the kernel that takes another's place update what that had shown",
            BLANK,
            also=[
                'display("a", display_id="x")',
                "import os; os._exit(0)",
                f"from IPython.display import HTML, update_display\nupdate_display(HTML({SCRIPT!r}), display_id='x')",
            ],
        ),
        "While this cell ran, the kernel died",
    ),
}
