"""Editions in other languages: complete, in step with the notebook, and the same homework."""

import io
import re
import shutil
import tokenize

import nbformat
import pytest
from bank.here import examine, quick_compiler
from nbgrader.api import Gradebook
from shared import ROOT

from hhlab.grading.course import Course
from hhlab.grading.sample import SAMPLE_CLASS, fill

ORIGINAL, EDITION = "hh-model", "hh-model-zh"
KEPT = re.compile(r"`[^`]*`|\$[^$]*\$|\]\([^)]*\)|\d+(?:\.\d+)?|\|")
"""What a translation leaves as it is: code, formulas, links, numbers, the bars of a table."""
BOLD_LEFT_OPEN = re.compile(r"[^\w\s]\*\*[^\W_]")


def notebook(folder, name):
    return nbformat.read(ROOT / folder / name / f"{name}.ipynb", as_version=4)


def tokens(source, *leave_out):
    """Return the tokens of code, without comments and the line breaks that end them."""
    left_out = {tokenize.COMMENT, tokenize.NL, *leave_out}
    found = tokenize.generate_tokens(io.StringIO(source).readline)
    return [(token.type, token.string) for token in found if token.type not in left_out]


def comments(source):
    found = tokenize.generate_tokens(io.StringIO(source).readline)
    every = [token.string for token in found if token.type == tokenize.COMMENT]
    return [comment for comment in every if not comment.startswith("###")]


def release(root, name=EDITION):
    return root / "release" / name / f"{name}.ipynb"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose Chinese edition has been generated."""
    course = Course.copy(ROOT, tmp_path_factory.mktemp("chinese") / "course")
    course.nbgrader("generate_assignment", EDITION)
    return course


@pytest.fixture
def translate(monkeypatch):
    """The module that makes editions."""
    monkeypatch.syspath_prepend(ROOT / "tools")
    import translate

    return translate


@pytest.fixture
def edition(translate):
    """The Chinese edition of this course."""
    (edition,) = translate.editions()
    assert edition.name == EDITION
    return edition


@pytest.fixture
def copy(translate, tmp_path):
    """The Chinese edition in a course of the test's own."""
    for folder in ("source", "locale"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (edition,) = translate.editions(tmp_path)
    return edition


def test_every_message_is_translated(translate, edition):
    found = translate.messages(notebook("source", ORIGINAL), ORIGINAL)
    assert {each.id for each in edition.catalog} == {each.id for each in found}
    assert edition.to_do() == []


def test_the_committed_edition_is_what_the_catalogue_gives_byte_for_byte(copy, edition):
    copy.update()
    assert copy.target.read_bytes() == edition.target.read_bytes(), "run `make translations`"
    assert copy.path.read_bytes() == edition.path.read_bytes(), "run `make translations`"


def test_a_translation_keeps_numbers_formulas_code_and_links(edition):
    for message in edition.catalog:
        if message.id:
            original = message.id.replace(ORIGINAL, EDITION)
            assert sorted(KEPT.findall(original)) == sorted(KEPT.findall(message.string))


def test_bold_text_that_ends_with_punctuation_is_followed_by_a_space(edition):
    # CommonMark would show the asterisks: **变量。**凡是
    assert [m.string for m in edition.catalog if m.id and left_open(m.string)] == []


def left_open(text):
    ends = [match.end() for match in re.finditer(r"\*\*", text)][1::2]
    return [end for end in ends if BOLD_LEFT_OPEN.match(text, end - 3)]


def test_a_space_after_bold_punctuation_is_asked_for():
    assert left_open("**变量。**凡是")
    assert not left_open("**变量。** 凡是，**门**，以及**门**的")


def test_cells_ids_points_and_code_are_the_same():
    for folder in ("source", "release"):
        original, translated = notebook(folder, ORIGINAL), notebook(folder, EDITION)
        assert original.metadata == translated.metadata
        for cell, other in zip(original.cells, translated.cells, strict=True):
            assert cell.keys() == other.keys()
            same = {key: value for key, value in cell.items() if key != "source"}
            for grading in (same["metadata"], other.metadata):
                grading.get("nbgrader", {}).pop("checksum", None)  # of the text, too
            assert same == {key: other[key] for key in same}
            if cell.cell_type == "code":
                assert tokens(name_no_todo(cell.source)) == tokens(name_no_todo(other.source))


def name_no_todo(source):
    return re.sub(r'(raise NotImplementedError\("TODO \d)[,，][^"]+', r"\1", source)


def test_every_comment_is_a_message(translate):
    """A comment behind code would not be found; here are none."""
    for cell in notebook("source", ORIGINAL).cells:
        if cell.cell_type == "code":
            found = []
            translate.code(cell.source, lambda text, found=found: found.append(text) or text)
            lines = [f"# {line}" for text in found for line in text.split("\n")]
            assert lines == comments(cell.source)


def test_no_english_sentence_is_left():
    names = r"Hodgkin|Huxley|Alan|Andrew|and|Restart|Kernel|Run All Cells"
    for cell in notebook("release", EDITION).cells:
        text = cell.source if cell.cell_type == "markdown" else "\n".join(comments(cell.source))
        text = re.sub(rf"\$[^$]*\$|`[^`]*`|\([^)]*\)|{names}", "", text.replace("$$", "$"))
        assert not re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", text)


def test_each_blank_names_its_todo_in_chinese():
    source = next(cell for cell in notebook("release", EDITION).cells if cell.id == "hh").source
    stubs = re.findall(r'raise NotImplementedError\("TODO (\d)，([^"]+)"\)', source)
    assert [number for number, _ in stubs] == list("123456789")
    assert stubs[0][1] == "self.V"
    assert stubs[8][1] == "写回"
    assert "NotImplementedError()" not in source


def test_a_changed_paragraph_is_fuzzy_and_a_new_one_untranslated_and_both_stay_english(copy):
    changed = nbformat.read(copy.source, as_version=4)
    title = changed.cells[0]
    title.source = title.source.replace("You need a little Python.", "You need some Python.")
    title.source += "\n\nBring a friend and a cup of tea."
    nbformat.write(changed, copy.source)
    copy.update()
    assert [message[:21] for message in copy.to_do()] == [
        "You need some Python.",
        "Bring a friend and a ",
    ]
    cell = nbformat.read(copy.target, as_version=4).cells[0].source
    assert "You need some Python." in cell
    assert cell.endswith("\n\nBring a friend and a cup of tea.")
    assert "# 搭建一个 Hodgkin–Huxley 神经元" in cell
    assert b"#, fuzzy\n" in copy.path.read_bytes()


def test_an_empty_catalogue_begins_an_edition(copy, translate, tmp_path):
    path = tmp_path / "locale/de/LC_MESSAGES/hh-model.po"
    path.parent.mkdir(parents=True)
    path.touch()
    new = translate.Edition(path)
    new.update()
    assert len(new.to_do()) == len(copy.catalog)
    assert new.target == tmp_path / "source/hh-model-de/hh-model-de.ipynb"
    cells = [nbformat.read(each, as_version=4).cells for each in (copy.source, new.target)]
    assert [cell.source.split() for cell in cells[0]] == [cell.source.split() for cell in cells[1]]


def test_how_lines_are_wrapped_changes_no_message(translate):
    def found(source):
        seen = []
        translate.markdown(source, lambda text: seen.append(text) or text)
        return seen

    assert found("## One\n\nTwo three\nfour:\n\n* five\n  six\n* seven") == [
        "One",
        "Two three four:",
        "five six",
        "seven",
    ]
    assert found("$$\n\\text{rate of change}\n$$\n\n```sh\nmake test\n```\n\n|---|\n\n`hh`") == []


def test_the_committed_release_is_what_the_edition_gives_byte_for_byte(course):
    assert release(course.root).read_bytes() == release(ROOT).read_bytes(), "run `make release`"


@pytest.mark.slow
def test_both_editions_are_graded_alike(answers):
    with quick_compiler():
        for student in ("ada", "goran", "carla"):
            verdicts = [
                examine(
                    fill(release(ROOT, name), answers, SAMPLE_CLASS[student]),
                    notebook("source", name),
                )
                for name in (ORIGINAL, EDITION)
            ]
            assert in_one_language(verdicts[0]) == in_one_language(verdicts[1])


def in_one_language(verdicts):
    return {name: (verdict.passed, verdict.mistakes) for name, verdict in verdicts.items()}


@pytest.mark.slow
def test_nbgrader_grades_it_as_an_assignment_of_its_own(course, answers):
    path = course.root / "submitted" / "goran" / EDITION / f"{EDITION}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(fill(release(course.root), answers, SAMPLE_CLASS["goran"]), path)
    course.nbgrader("autograde", EDITION)
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        submission = gradebook.find_submission(EDITION, "goran")
        assert (submission.score, submission.max_score) == (11, 20)
    assert course.grades() == []
