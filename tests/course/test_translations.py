"""Editions in other languages: complete, in step with the English, and the same homework."""

import io
import re
import shutil
import tokenize
from string import Formatter

import home
import nbformat
import pytest
from bank.exam import answer, master
from bank.explore import answer as explore
from bank.explore.exam import examined
from bank.explore.wrong import WRONG as EXPLORE_WRONG
from bank.here import examine, quick_compiler
from bank.right import RIGHT
from bank.wrong import WRONG
from classroom import copied
from home import COMPILED
from nbgrader.api import Gradebook
from shared import ROOT, run

from hhlab.channel.language import NOTED, said, speaking
from hhlab.course.folder import Course
from hhlab.course.sample_class import SAMPLE_CLASS, fill
from hhlab.grading.report import write_report
from hhlab.mistakes.diagnosis import VARIATIONS
from hhlab.mistakes.errors import MEANINGS

ORIGINAL, EDITION, LOCALE = "hh-model", "hh-model-zh", "zh_CN"
CATALOGUES = sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))
NOTEBOOKS = [path for path in CATALOGUES if path.stem != "hhlab"]
PACKAGES = [path for path in CATALOGUES if path.stem == "hhlab"]
EACH_CATALOGUE = pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
EACH_EDITION = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
EACH_PACKAGE = pytest.mark.parametrize("path", PACKAGES, ids=lambda path: path.parts[-3])

KEPT = re.compile(r"`[^`]*`|\$[^$]*\$|\]\([^)]*\)|\d+(?:\.\d+)?|\|")
"""What a translation leaves as it is: code, formulas, links, numbers, the bars of a table."""
TAGS = re.compile(r"<[^>]+>|%\(\w+\)s")
"""What the translation of a page leaves as it is."""
BOLD_LEFT_OPEN = re.compile(r"[^\w\s]\*\*[^\W_]")
ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")
RAISED = re.compile(r"\w+Error: .*")
LOSING_EACH_PART = (
    "scalar_variable",
    "size_one",
    "fixed_length",
    "size_for_num",
    "last_spike_zero",
    "spike_is_float",
    "joint_blank",
    "order_h_n",
    "write_back_blank",
    "level_spike",
    "gK_ignored",
)


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
def editions():
    """A course whose editions have been generated. Read only: it is shared."""

    def make(place):
        course = Course.copy(ROOT, place)
        for path in NOTEBOOKS:
            edition = f"{path.stem}-{path.parts[-3].split('_')[0]}"
            run(course, "nbgrader", "generate_assignment", edition)

    return Course(home.once("editions", make))


@pytest.fixture
def translate(monkeypatch):
    """The module that makes editions."""
    monkeypatch.syspath_prepend(ROOT / "tools")
    import translate

    return translate


@pytest.fixture
def scratch(tmp_path):
    """A course of the test's own, with what can be translated."""
    for folder in ("source", "locale", "hhlab"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.fixture
def copy(translate, scratch):
    """The Chinese edition in a course of the test's own."""
    return translate.Edition(scratch / "locale" / LOCALE / "LC_MESSAGES" / f"{ORIGINAL}.po")


def catalogue(translate, path):
    return (translate.Sentences if path in PACKAGES else translate.Edition)(path)


@EACH_CATALOGUE
def test_every_message_is_translated(path, translate):
    known = catalogue(translate, path)
    assert {each.id for each in known.catalog} == {each.id for each in known.messages()}
    assert known.to_do() == []


@EACH_CATALOGUE
def test_what_is_committed_is_what_the_catalogue_gives_byte_for_byte(path, translate, scratch):
    known = catalogue(translate, path)
    made = type(known)(scratch / path.relative_to(ROOT))
    made.update()
    assert made.target.read_bytes() == known.target.read_bytes(), "run `make translations`"
    assert made.path.read_bytes() == known.path.read_bytes(), "run `make translations`"


@EACH_EDITION
def test_a_translation_keeps_numbers_formulas_code_and_links(path, translate):
    edition = catalogue(translate, path)
    for message in edition.catalog:
        if message.id:
            renamed = renaming(message.id, translate)
            assert sorted(KEPT.findall(renamed)) == sorted(KEPT.findall(message.string))


def renaming(text, translate):
    """Return a text with files and folders of notebooks named as their editions are."""
    for path in NOTEBOOKS:
        edition = catalogue(translate, path)
        for end in ("/", ".ipynb"):
            text = text.replace(f"{edition.original}{end}", f"{edition.name}{end}")
    return text


@EACH_PACKAGE
def test_a_translated_sentence_keeps_fields_tags_and_numbers(path, translate):
    for message in catalogue(translate, path).catalog:
        english = message.id[-1] if message.pluralizable else message.id
        for string in message.string if message.pluralizable else [message.string]:
            if english:
                assert kept(english) == kept(string)


def kept(text):
    """Return the fields of a sentence, its tags and numbers, in any order."""
    parts = list(Formatter().parse(text)) if "%(" not in text else [(text, None, None, None)]
    fields = [(name, how) for _, name, how, _ in parts if name is not None]
    plain = "".join(words for words, *_ in parts)
    return sorted(set(fields)), sorted([*TAGS.findall(plain), *re.findall(r"\d+", plain)])


@EACH_CATALOGUE
def test_bold_text_that_ends_with_punctuation_is_followed_by_a_space(path, translate):
    # CommonMark would show the asterisks: **变量。**凡是
    strings = [m.string for m in catalogue(translate, path).catalog if m.id]
    assert [string for string in strings if left_open(str(string))] == []


def left_open(text):
    text = re.sub(r"`[^`]*`", "``", text)
    ends = [match.end() for match in re.finditer(r"\*\*", text)][1::2]
    return [end for end in ends if BOLD_LEFT_OPEN.match(text, end - 3)]


def test_a_space_after_bold_punctuation_is_asked_for():
    assert left_open("**变量。**凡是")
    assert not left_open("**变量。** 凡是，**门**，以及**门**的")


@EACH_EDITION
def test_cells_ids_points_and_code_are_the_same(path, translate):
    edition = catalogue(translate, path)
    for folder in ("source", "release"):
        original, translated = (notebook(folder, x) for x in (edition.original, edition.name))
        assert {**original.metadata, "language": edition.locale} == translated.metadata
        for cell, other in zip(original.cells, translated.cells, strict=True):
            assert cell.keys() == other.keys()
            own = {"source", "attachments"}  # pictures are drawn in the edition's language
            same = {key: value for key, value in cell.items() if key not in own}
            assert other.get("attachments", {}).keys() == cell.get("attachments", {}).keys()
            for grading in (same["metadata"], other.metadata):
                grading.get("nbgrader", {}).pop("checksum", None)  # of the text, too
            assert same == {key: other[key] for key in same}
            if cell.cell_type == "code":
                assert tokens(name_no_todo(cell.source)) == tokens(name_no_todo(other.source))


def name_no_todo(source):
    return re.sub(r'(raise NotImplementedError\("TODO \d+)[,，][^"]+', r"\1", source)


@EACH_EDITION
def test_the_language_is_noted_where_a_kernel_finds_it(path, translate):
    edition = catalogue(translate, path)
    for folder in ("source", "release"):
        for name, language in ((edition.original, "en"), (edition.name, edition.locale)):
            code = [cell.source for cell in notebook(folder, name).cells if "outputs" in cell]
            assert [note for source in code for note in NOTED.findall(source)] == [language]
            assert NOTED.search(code[0])


@EACH_EDITION
def test_every_comment_is_a_message(path, translate):
    """A comment behind code would not be found; here are none."""
    for cell in notebook("source", path.stem).cells:
        if cell.cell_type == "code":
            found = []
            translate.code(cell.source, lambda text, found=found: found.append(text) or text)
            lines = [f"# {line}" for text in found for line in text.split("\n")]
            assert lines == comments(cell.source)


@EACH_EDITION
def test_no_english_sentence_is_left(path, translate):
    names = r"Hodgkin|Huxley|Alan|Andrew|and|Restart|Kernel|Run All Cells"
    for cell in notebook("release", catalogue(translate, path).name).cells:
        if cell.id == "references":  # titles of books, and a table of words in both languages
            continue
        text = cell.source if cell.cell_type == "markdown" else "\n".join(comments(cell.source))
        text = re.sub(rf"\$[^$]*\$|`[^`]*`|\([^)]*\)|{names}", "", text.replace("$$", "$"))
        assert not ENGLISH.search(text)


def test_every_mistake_has_a_chinese_name_and_explanation():
    mistakes = [each.mistake for each in VARIATIONS] + [mistake for _, mistake in MEANINGS]
    with speaking(LOCALE):
        for mistake in mistakes:
            for text in (mistake.name, mistake.why, mistake.look):
                assert not ENGLISH.search(said(text))
                assert said(text) != text or text.startswith("self.")


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


def test_a_changed_sentence_is_fuzzy_and_a_new_one_untranslated(translate, scratch):
    module = scratch / "hhlab/check/step.py"
    text = module.read_text().replace('"update stopped"', '"update has stopped"')
    module.write_text(f'{text}\nTEA = Text("{{cups}} cups of tea for {{name}}")\n')
    page = scratch / "hhlab" / "grading" / "templates" / "report.html.j2"
    page.write_text(page.read_text().replace('_("median")', '_("the median score of all")'))
    package = translate.Sentences(scratch / "locale" / LOCALE / "LC_MESSAGES" / "hhlab.po")
    package.update()
    assert sorted(package.to_do()) == [
        "the median score of all",
        "update has stopped",
        "{cups} cups of tea for {name}",
    ]
    assert b"#, fuzzy\n" in package.path.read_bytes()


def test_an_empty_catalogue_begins_an_edition(copy, translate, scratch):
    path = scratch / "locale/de/LC_MESSAGES/hh-model.po"
    path.parent.mkdir(parents=True)
    path.touch()
    new = translate.Edition(path)
    new.update()
    assert len(new.to_do()) == len(copy.catalog)
    assert new.target == scratch / "source/hh-model-de/hh-model-de.ipynb"
    cells = [nbformat.read(each, as_version=4).cells for each in (copy.source, new.target)]
    assert [cell.source.split() for cell in cells[0]] == [cell.source.split() for cell in cells[1]]


def test_a_further_notebook_gets_its_edition_in_the_same_way(translate, scratch):
    cells = [nbformat.v4.new_markdown_cell("# Tea\n\nPut the kettle on.")]
    (scratch / "source" / "tea").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), scratch / "source" / "tea" / "tea.ipynb")
    (scratch / "locale" / LOCALE / "LC_MESSAGES" / "tea.po").touch()
    (new,) = (each for each in translate.editions(scratch) if each.original == "tea")
    new.update()
    assert new.to_do() == ["Tea", "Put the kettle on."]
    assert nbformat.read(new.target, as_version=4).metadata["language"] == LOCALE


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


@EACH_EDITION
def test_the_committed_release_is_what_the_edition_gives_byte_for_byte(path, translate, editions):
    name = catalogue(translate, path).name
    made = release(editions.root, name).read_bytes()
    assert made == release(ROOT, name).read_bytes(), "run `make release`"


def test_every_answer_of_the_bank_can_be_written_into_both_editions():
    bank = RIGHT | {name: wrong.submission for name, wrong in WRONG.items()}
    for submission in bank.values():
        assert len(answer(submission).cells) == len(answer(submission, EDITION).cells)


@pytest.mark.thorough("exam")
def test_both_editions_are_graded_alike(answers):
    """What each part can be lost by, once; `make exam` does it with the whole bank."""
    submissions = {"right": RIGHT["all_different"]}
    submissions |= {name: WRONG[name].submission for name in LOSING_EACH_PART}
    lost = set()
    with quick_compiler(COMPILED):
        for submission in submissions.values():
            english = examine(answer(submission), master())
            with speaking(LOCALE):
                chinese = examine(answer(submission, EDITION), master(EDITION))
            assert judged(english) == judged(chinese)
            assert english_in(chinese) == []
            lost |= {name for name, verdict in chinese.items() if not verdict.passed}
    assert lost == set(english)


@pytest.mark.thorough("exam")
def test_both_editions_of_the_experiments_are_graded_alike():
    """Most blanks are answered wrongly at once: each function has a test of its own."""
    wrong, *_ = explore.notebooks(EXPLORE_WRONG)
    with quick_compiler(COMPILED):
        english = examined(wrong)
        with speaking(LOCALE):
            chinese = examined(wrong, "hh-explore-zh")
    assert judged(english) == judged(chinese)
    assert english_in(chinese) == []
    lost = {name for name, verdict in chinese.items() if not verdict.passed}
    assert lost == explore.lost(wrong)
    assert len(lost) > len(explore.TESTS) / 2


def english_in(verdicts):
    """Return the sentences in which English is left, apart from errors that are quoted."""
    said = [RAISED.sub("", verdict.sentence) for verdict in verdicts.values()]
    return [sentence for sentence in said if ENGLISH.search(sentence)]


def judged(verdicts):
    return {name: (each.passed, each.technical, each.mistakes) for name, each in verdicts.items()}


@pytest.fixture(scope="module")
def graded(editions, answers):
    """The same, with a Chinese submission graded by nbgrader, and its pages."""

    def make(place):
        course = Course(shutil.copytree(editions.root, place), EDITION)
        course.submit({"goran": fill(course.release, answers, SAMPLE_CLASS["goran"])})
        run(course, "nbgrader", "autograde", EDITION)
        run(course, "nbgrader", "generate_feedback", EDITION)

    return Course(home.once("in-chinese", make))


def test_nbgrader_grades_it_as_an_assignment_of_its_own(graded):
    with Gradebook(f"sqlite:///{graded.root}/gradebook.db") as gradebook:
        submission = gradebook.find_submission(EDITION, "goran")
        assert (submission.score, submission.max_score) == (11, 20)
    assert Course(graded.root).grades() == []


def test_the_feedback_page_is_chinese(graded):
    page = (graded.root / f"feedback/goran/{EDITION}/{EDITION}.html").read_text()
    assert '<html lang="zh-CN">' in page
    assert "<h1>反馈：搭建一个 Hodgkin–Huxley 神经元</h1>" in page
    assert "<strong>11</strong> 分，满分 20 分" in page
    assert "<strong>这意味着：</strong>JointEq 与调用的顺序不一致：h 和 n。" in page
    assert "你的神经元发放：" in page
    assert "（1 分）" not in english_free(page)


def test_the_class_report_is_chinese_and_its_tables_are_as_ever(graded, tmp_path):
    page, *tables = write_report(copied(graded, tmp_path).root, EDITION)
    report = page.read_text()
    assert '<html lang="zh-CN">' in report
    assert "<h1>hh-model-zh：班级报告</h1>" in report
    assert "<strong>JointEq 与调用的顺序不一致：h 和 n</strong>" in report
    english_free(report)
    heads = [table.read_text().split("\n")[0] for table in tables]
    assert heads[0] == "Student,ID,SIS User ID,SIS Login ID,Section,hh-model-zh"
    assert heads[2].startswith("First name,Last name,Username,ID number,Email address,hh-model-zh")


def english_free(page):
    """Return what a reader reads of a page, which is no English."""
    text = re.sub(r"(?s)<(style|script|pre|code|em)\b.*?</\1>|<[^>]*>", " ", page)
    assert not ENGLISH.search(text)
    return text
