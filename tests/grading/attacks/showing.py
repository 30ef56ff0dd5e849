"""HTML and scripts where students' text and pictures are shown: to instructors, in a browser."""

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
    "html_after_the_kernel_died": beside_right_answers(
        "shows HTML in a cell that is run again when a test has ended the kernel",
        f"""
        import os
        import hhlab.kernel.perform
        from IPython.display import HTML

        display(HTML({SCRIPT!r}))
        hhlab.kernel.perform.PROBES["derivative"] = lambda *args, **kwargs: os._exit(0)
        """,
        ran="the kernel died",
        settings={"restarts": 1},
    ),
}
