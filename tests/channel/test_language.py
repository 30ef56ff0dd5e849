"""Sentences in the language of the notebook: whose it is, what it holds for, and how lines end."""

import ast
import textwrap
import threading

import nbformat
import pytest
from conftest import ROOT
from shared import execute

from hhlab.channel.failure import CheckFailed, framed
from hhlab.channel.language import Text, catalogue, language_of, number, said, speaking

SAID = {"CheckFailed", "ModelError", "Mistake", "KernelGone", "Unreadable", "BadMessage", "Verdict"}
"""What is made with a sentence that students may read."""
CHINESE = "可能是下列错误之一；你的数值与其中每一个都相符：self.V 没有写回。（容差 0.2 mV），"


def test_a_text_is_english_until_it_is_said_in_another_language():
    text = Text("{what} with an error.", what=Text("update stopped"))
    assert text == said(text) == "update stopped with an error."
    with speaking("zh_CN"):
        assert text == "update stopped with an error."
        assert said(text) == "update 中断了，因为出现了错误。"
        assert said("what a model said") == "what a model said"
        assert said(Text("")) == ""
    assert said(text) == text


def test_what_goes_into_a_text_is_never_taken_for_a_template():
    text = Text("{what}: {error}", what=Text("update stopped"), error="{what} {0} %(a)s")
    with speaking("zh_CN"):
        assert said(text) == "update 中断了：{what} {0} %(a)s"


def test_the_language_of_the_machine_does_not_matter(monkeypatch):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "zh_CN.UTF-8")
    catalogue.cache_clear()
    assert said(Text("Hint")) == "Hint"
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "C")
    catalogue.cache_clear()
    with speaking("zh_CN"):
        assert said(Text("Hint")) == "提示"


def test_a_language_without_a_catalogue_is_english():
    with speaking("la"):
        assert said(Text("Hint")) == "Hint"


def test_a_language_is_spoken_in_one_thread_alone():
    heard = []
    with speaking("zh_CN"):
        thread = threading.Thread(target=lambda: heard.append(said(Text("Hint"))))
        thread.start()
        thread.join()
    assert heard == ["Hint"]


def test_what_an_exception_says_can_still_be_translated():
    error = ValueError(Text("the kernel died"))
    with speaking("zh_CN"):
        assert said(str(error)) == "内核崩溃了"


def test_a_check_that_failed_speaks_the_language_of_its_reader():
    failed = CheckFailed(Text("update stopped"), Text("put your code in the place of that line."))
    assert str(failed) == "update stopped\nHint: put your code in the place of that line."
    with speaking("zh_CN"):
        assert str(failed) == "update 中断了\n提示：用你的代码替换那一行。"


def test_an_edition_names_its_language():
    assert language_of({"language": "zh_CN"}) == "zh_CN"
    assert language_of({"language_info": {"name": "python"}}) == "en"


def test_a_kernel_speaks_the_language_that_the_notebook_notes():
    cells = [
        "# language: zh_CN\nfrom hhlab import CheckFailed\nfrom hhlab.channel.language import Text",
        "raise CheckFailed(Text('update stopped'))",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    execute(notebook, allow_errors=True)
    (error,) = notebook.cells[1].outputs
    assert error.traceback == ["✗ update 中断了"]


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (110.0, 2, "110"),
        (-0.0, 5, "0"),
        (-1e7, 6, "-1e7"),
        (2.5e-7, 2, "2.5e-7"),
        (68.3236123, 5, "68.324"),
        (1234567.25, 9, "1234567.25"),
        (float("nan"), 5, "nan"),
        (float("-inf"), 5, "-inf"),
    ],
)
def test_numbers_are_written_as_people_write_them(value, digits, written):
    assert number(value, digits) == written


def test_lines_of_chinese_are_as_wide_as_lines_of_english():
    lines = framed(3 * CHINESE).split("\n")
    widths = [sum(1 + (ord(each) > 0x2E80) for each in line) for line in lines]
    assert max(widths) <= 80
    assert min(widths[:-1]) > 70
    assert not any(line.strip()[0] in "，。：；）" for line in lines)
    assert "".join(line.strip("✗ ") for line in lines).replace(" ", "") == (3 * CHINESE).replace(
        " ", ""
    )


def test_lines_of_english_are_wrapped_as_python_does():
    text = "numbers have grown beyond all bounds, or 0 was divided by 0; voltage-gated " * 3
    assert framed(text) == "✗ " + "\n  ".join(textwrap.wrap(text, 78))


def made_of_plain_strings(path):
    """Return where something is said in English only."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAID:
            for part in (*node.args, *(keyword.value for keyword in node.keywords)):
                plain = isinstance(part, ast.Constant) and isinstance(part.value, str)
                if (plain and part.value) or isinstance(part, ast.JoinedStr):
                    yield f"{path.name}:{part.lineno}"


def test_what_students_may_read_can_be_translated():
    # what only instructors read, on their terminal, is English
    files = sorted(f for f in (ROOT / "hhlab").rglob("*.py") if f.parent.name != "course")
    assert [place for file in files for place in made_of_plain_strings(file)] == []


def test_a_sentence_that_cannot_be_translated_would_be_found(tmp_path):
    module = tmp_path / "module.py"
    module.write_text('raise CheckFailed(f"{x} is off", Text("look"))\nVerdict(False, "no")')
    assert list(made_of_plain_strings(module)) == ["module.py:1", "module.py:2"]
