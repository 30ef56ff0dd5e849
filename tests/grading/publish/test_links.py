"""Links that open the students' notebooks, as hosts and hubs understand them."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from shared import ROOT

from hhlab.__main__ import main
from hhlab.grading.publish.links import links, web_address

ADDRESS, NOTEBOOK = "https://github.com/OWNER/REPOSITORY", "hh-model/hh-model.ipynb"
LINK = re.compile(r"https://(?:mybinder\.org/v2|HUB)/[^\s)]+")


def test_the_readme_has_the_links_that_the_command_prints(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert main(["links", "--repo", ADDRESS, "--hub", "https://HUB"]) == 0
    printed = LINK.findall(capsys.readouterr().out)
    shown = LINK.findall((ROOT / "README.md").read_text())
    assert len(shown) >= 4
    assert set(shown) <= set(printed)


def test_each_released_notebook_has_its_links(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    main(["links", "--repo", ADDRESS])
    said = capsys.readouterr().out
    for path in (ROOT / "release").glob("*/*.ipynb"):
        assert f"?urlpath=lab/tree/{path.parent.name}/{path.name}\n" in said


@pytest.mark.parametrize(
    ("address", "way"),
    [
        ("https://github.com/OWNER/REPOSITORY.git", "/v2/gh/OWNER/REPOSITORY/HEAD"),
        ("git@github.com:OWNER/REPOSITORY.git", "/v2/gh/OWNER/REPOSITORY/HEAD"),
        ("https://github.com/OWNER/REPOSITORY/tree/main", "/v2/gh/OWNER/REPOSITORY/HEAD"),
        ("https://www.github.com/OWNER/REPOSITORY/", "/v2/gh/OWNER/REPOSITORY/HEAD"),
        (
            "https://github.com/OWNER/REPOSITORY?tab=readme-ov-file#a",
            "/v2/gh/OWNER/REPOSITORY/HEAD",
        ),
        (
            "https://github.com/OWNER/REPOSITORY/blob/main/a%20(b).md",
            "/v2/gh/OWNER/REPOSITORY/HEAD",
        ),
        ("https://SECRET@github.com/OWNER/REPOSITORY.git/", "/v2/gh/OWNER/REPOSITORY/HEAD"),
        ("https://github.com/OWNER/tree", "/v2/gh/OWNER/tree/HEAD"),
        (
            "https://gitlab.com/GROUP/SUB/REPOSITORY/-/tree/main?ref_type=heads",
            "/v2/gl/GROUP%2FSUB%2FREPOSITORY/HEAD",
        ),
        ("https://gitlab.com/GROUP/SUB/REPOSITORY/", "/v2/gl/GROUP%2FSUB%2FREPOSITORY/HEAD"),
        ("https://git.uni-x.edu/a/b", "/v2/git/https%3A%2F%2Fgit.uni-x.edu%2Fa%2Fb/HEAD"),
    ],
)
def test_binder_is_told_where_the_repository_is(address, way):
    parts = urlsplit(links(address, NOTEBOOK)["Binder"])
    assert (parts.netloc, parts.path) == ("mybinder.org", way)
    assert parse_qs(parts.query) == {"urlpath": [f"lab/tree/{NOTEBOOK}"]}


def test_nbgitpuller_is_told_what_to_clone_and_where_it_will_be():
    link = links("git@github.com:OWNER/hh.git", NOTEBOOK, "https://hub.uni-x.edu/", "spring")
    parts = urlsplit(link["nbgitpuller"])
    assert parts.path == "/hub/user-redirect/git-pull"
    assert parse_qs(parts.query) == {
        "repo": ["https://github.com/OWNER/hh"],
        "branch": ["spring"],
        "urlpath": [f"lab/tree/hh/{NOTEBOOK}"],
    }


GITHUB = {
    "Colab": f"https://colab.research.google.com/github/OWNER/REPOSITORY/blob/main/{NOTEBOOK}",
    "Codespaces": "https://codespaces.new/OWNER/REPOSITORY?quickstart=1",
    "download": f"{ADDRESS}/archive/main.zip",
}
GITEE = {"download": "https://gitee.com/OWNER/hh/repository/archive/main.zip"}
GITLAB = {"download": "https://gitlab.com/a/hh/-/archive/main/hh.zip"}


@pytest.mark.parametrize(
    ("address", "others"),
    [
        (ADDRESS, GITHUB),
        ("git@gitee.com:OWNER/hh.git", GITEE),
        ("https://gitlab.com/a/hh", GITLAB),
        ("https://git.uni-x.edu/a/b", {}),
    ],
)
def test_what_else_opens_it_depends_on_where_the_repository_is(address, others):
    found = links(address, NOTEBOOK)
    assert {name: link for name, link in found.items() if name != "Binder"} == others


def test_a_branch_is_handed_on_to_all_of_them():
    assert all("spring" in each for each in links(ADDRESS, NOTEBOOK, "", "spring").values())


NO_ADDRESS = [
    *(
        "",
        "foo",
        "github.com/OWNER",
        "https://github.com",
        "/home/ada/x",
        "https://github.com/OWNER",
    ),
    *("https://github.com/a/b c", "https://github.com/a/b/c", "https://github.com/a/b%20c"),
    *(
        "https://github.com/a/../b",
        "https://github.com//b",
        "https://gitlab.com/a",
        "git@github.com:a",
    ),
]


@pytest.mark.parametrize("address", NO_ADDRESS)
def test_what_is_no_address_is_refused(address, capsys, monkeypatch):
    with pytest.raises(ValueError, match=r"no address of a repository, such as https://"):
        web_address(address)
    monkeypatch.chdir(ROOT)
    assert main(["links", "--repo", address]) == 1
    said = capsys.readouterr()
    assert "is no address of a repository" in said.err
    assert said.out == ""


@pytest.mark.parametrize("hub", ["hub.uni-x.edu", "https://hub.uni-x.edu/a b"])
def test_what_is_no_address_of_a_hub_is_refused_before_anything_is_printed(
    hub, capsys, monkeypatch
):
    monkeypatch.chdir(ROOT)
    assert main(["links", "--repo", ADDRESS, "--hub", hub]) == 1
    said = capsys.readouterr()
    assert "is no address of a hub" in said.err
    assert said.out == ""
