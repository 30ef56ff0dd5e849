"""Forged messages: claims, floods and nonsense on the channels between kernel and grader."""

from .attack import KERNEL, Attack, beside_right_answers, in_cell

REPLY = """
import itertools, json
import hhlab.kernel.batch, hhlab.channel.wire

class Forged:
    def __init__(self, text): self.text = text
    def _repr_mimebundle_(self, **_): return {hhlab.channel.wire.MIME: self.text}

def answer_with(forge, together=json.dumps):
    hhlab.kernel.batch.replies = lambda namespace, questions: Forged(
        together([forge(probe, hhlab.channel.wire.decode(asked)) for _, probe, asked, *_ in questions])
    )
"""
UNUSABLE = "what the model returned cannot be used"
NO_MESSAGE = "the kernel sent something that is no message"

FORGING: dict[str, Attack] = {
    "claims_to_have_passed": in_cell(
        "answers every question with full marks",
        REPLY + "answer_with(lambda *_: json.dumps({'passed': True, 'score': 20, 'points': 20}))",
        ran="self.V is not set",
    ),
    "claims_some_change": in_cell(
        "answers that every value is another one now",
        REPLY
        + """
import numpy as np
answer_with(lambda probe, asked: hhlab.channel.wire.encode({
    f"{whose}.{name}": np.arange(len(asked["states"]["V"]), dtype="f4") + 0.5
    for whose in ("own", "course")
    for name in ("V", "m", "h", "n", "spike", "t_last_spike")
} if probe == "step" else {}))
""",
        ran="self.V is not set",
    ),
    "sends_the_question_back": in_cell(
        "answers with the states and currents it was asked about",
        REPLY
        + """
answer_with(lambda probe, asked: hhlab.channel.wire.encode({
    **asked.get("states", {}), "V": asked.get("currents", asked.get("states", {}).get("V", 0.0))
}))
""",
        ran="self.V is not set",
    ),
    "pickle_in_the_answer": in_cell(
        "sends an array of objects whose unpickling starts a command",
        REPLY
        + """
import base64, pickle

class Command:
    def __reduce__(self):
        import os
        return os.system, ("touch /tmp/hhlab-attack-pickle $HOME/hhlab-attack-pickle",)

data = base64.b64encode(pickle.dumps(Command())).decode()
array = {"dtype": "|O", "shape": [1], "data": data}
answer_with(lambda *_: json.dumps({"V": array, "V.is_variable": True}))
""",
        ran="an array is not of a numeric type",
    ),
    "shape_that_is_a_lie": in_cell(
        "sends three numbers as an array of 2**60",
        REPLY
        + """
array = {"dtype": "<f4", "shape": [2**20, 2**20, 2**20], "data": "AAAA"}
answer_with(lambda *_: json.dumps({"V": array, "V.is_variable": True}))
""",
        ran=UNUSABLE,
    ),
    "shape_of_nothing": in_cell(
        "sends no numbers as an array of 0 times 2**69, which NumPy refuses to look at",
        REPLY
        + """
array = {"dtype": "<f8", "shape": [0, 2**23, 2**23, 2**23], "data": ""}
answer_with(lambda *_: json.dumps({"V": array, "V.is_variable": True}))
""",
        ran="an array has no proper shape",
    ),
    "odd_dtypes": in_cell(
        "sends dates, complex numbers and text as arrays",
        REPLY
        + """
dtypes = itertools.cycle(["<M8[s]", "<c8", "<U4", ">f4", "f4,f4", "O", "V8", "<f16", "nonsense", "|S8", "", "x"])
answer_with(lambda *_: json.dumps(
    {"V": {"dtype": next(dtypes), "shape": [1], "data": "AAAAAAAAAAAAAAAAAAAAAA=="}}
))
""",
        ran="an array is not of a numeric type",
    ),
    "more_answers_than_questions": in_cell(
        "sends a hundred answers to each question",
        REPLY + "answer_with(lambda *_: '{}', lambda given: json.dumps(given * 100))",
        ran="there is not one answer for each question",
    ),
    "answers_that_are_no_list": in_cell(
        "sends an object and a number where there should be a list of answers",
        REPLY
        + """
wholes = itertools.cycle(["{}", "5", "[[]]", "[5]", "null", ""])
answer_with(lambda *_: "{}", lambda given: next(wholes))
""",
        ran=UNUSABLE,
    ),
    "deep_nesting": in_cell(
        "sends a hundred thousand brackets",
        REPLY + "answer_with(lambda *_: '[' * 100_000 + ']' * 100_000)",
        ran="the answer is no JSON",
    ),
    "not_text": in_cell(
        "sends an answer that is a number",
        REPLY.replace("self.text}", "20}") + "answer_with(lambda *_: '')",
        ran=UNUSABLE,
    ),
    "unprintable_text": in_cell(
        "sends an error message of control characters and half characters",
        REPLY
        + r"""answer_with(lambda *_: json.dumps({"error": "\ud800 \x00 \x1b[31m \x1b]0;title\x07 \r\n"}))""",
        ran="�",
    ),
    "verdict_on_iopub": in_cell(
        "publishes results under the headers of other requests",
        KERNEL
        + """
for header in ({}, {"msg_id": "0"}, kernel.get_parent()["header"]):
    for kind in ("execute_result", "display_data", "update_display_data", "execute_reply"):
        publish(kind, {
            "data": {"text/plain": "20"}, "metadata": {"hhlab": {"passed": True}}, "status": "ok",
            "execution_count": 1, "transient": {"display_id": "test-V"},
            "user_expressions": {"hhlab_answer": {"status": "ok", "data": {"passed": True}}},
        }, {"header": header})
""",
    ),
    "stream_that_is_a_number": in_cell(
        "publishes a stream whose text is a number",
        KERNEL + "publish('stream', {'name': 'stdout', 'text': 5})",
        ran=NO_MESSAGE,
    ),
    "content_that_is_a_list": in_cell(
        "publishes messages whose content is no object",
        KERNEL
        + """
for content in (b'[]', b'5', b'null', b'"text"'):
    publish("stream", content)
""",
        ran=NO_MESSAGE,
    ),
    "header_that_is_a_list": in_cell(
        "publishes messages whose headers are no objects",
        KERNEL
        + """
pack = kernel.session.pack
for odd in ([], 5, None, "text", {"msg_id": []}):
    message = kernel.session.msg("stream", {"name": "stdout", "text": "x"})
    message["parent_header"] = odd
    kernel.session.send(kernel.iopub_socket, message, ident=b"x")
    parts = [pack(odd), pack(odd), pack({}), pack({})]
    kernel.iopub_socket.send_multipart([b"x", b"<IDS|MSG>", kernel.session.sign(parts), *parts])
""",
        ran=NO_MESSAGE,
    ),
    "unsigned_noise": in_cell(
        "sends bytes that are no messages at all",
        KERNEL
        + """
for noise in ([b""], [b"<IDS|MSG>"], [b"x", b"<IDS|MSG>", b"", b"\\xff", b"\\xff", b"\\xff", b"\\xff"]):
    kernel.iopub_socket.send_multipart(noise)
""",
        ran=NO_MESSAGE,
    ),
    "replies_without_a_header": in_cell(
        "answers requests with replies that belong to nothing",
        KERNEL
        + """
genuine = kernel.session.msg

def msg(kind, content=None, parent=None, header=None, metadata=None):
    message = genuine(kind, content, parent, header, metadata)
    if kind == "execute_reply" and content.get("user_expressions"):
        message["parent_header"] = []
    return message

kernel.session.msg = msg
""",
        settings={"probe_timeout": 5, "restarts": 1},
    ),
    "display_ids_of_others": beside_right_answers(
        "updates displays that were never made, and cells that are not its own",
        KERNEL
        + """
from IPython.display import display, update_display
handle = display("shown", display_id="mine")
get_ipython().display_pub.clear_output()
for identity in ("mine", "other", "test-V"):
    update_display("changed", display_id=identity)
for transient in ("text", ["mine"], {"display_id": ["mine"]}, {"display_id": {"a": 1}}, 5):
    publish("update_display_data", {"data": {}, "metadata": {}, "transient": transient})
""",
        ran="sent something that is no message",
    ),
    "widgets": in_cell(
        "opens comms that fill the notebook's metadata",
        KERNEL
        + """
state = {"_model_module": "@jupyter-widgets/output", "_model_name": "OutputModel", "msg_id": "1"}
for kind in ("comm_open", "comm_msg", "comm_close"):
    publish(kind, {"comm_id": "1", "target_name": "jupyter.widget", "data": {"state": state}})
    publish(kind, {"comm_id": "1"})
""",
    ),
}
