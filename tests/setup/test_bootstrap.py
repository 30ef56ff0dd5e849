"""tools/setup.py gets uv by any way there is, checks it, and says what to do where it cannot."""

import importlib.util
import subprocess

import pytest


@pytest.fixture
def bootstrap(root):
    """The module tools/setup.py."""
    spec = importlib.util.spec_from_file_location("setup", root / "tools" / "setup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def program(path, prints):
    """Write a program that prints something."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{prints}'\n")
    path.chmod(0o755)
    return path


@pytest.mark.thorough("setup")
def test_uv_is_downloaded_in_the_pinned_version(bootstrap, tmp_path):
    version, address, sha256 = bootstrap.pinned_uv()
    bootstrap.fetch_directly(tmp_path, version, address, sha256)
    assert bootstrap.ask([str(tmp_path / "bin" / "uv"), "--version"]).startswith(f"uv {version} ")


def test_a_wheel_that_is_not_the_pinned_one_is_refused(bootstrap, tmp_path):
    wheel = tmp_path / "other.whl"
    wheel.write_text("something else")
    with pytest.raises(ValueError, match="hash differs"):
        bootstrap.fetch_directly(tmp_path, "1.0", wheel.as_uri(), "0" * 64)
    assert not (tmp_path / "bin").exists()


@pytest.mark.thorough("setup")
def test_without_a_way_to_uv_it_says_what_to_do(python, root, tmp_path):
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "setup.py").write_bytes((root / "tools" / "setup.py").read_bytes())
    lock = (root / "uv.lock").read_text().replace("https://", "http://127.0.0.1:9/")
    (tmp_path / "uv.lock").write_text(lock)
    done = subprocess.run(
        [python, "tools/setup.py"],
        cwd=tmp_path,
        env={"PATH": "", "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "the download said:  <urlopen error" in done.stderr
    assert "install uv" in done.stderr
    assert not list(tmp_path.glob(".tools/uv-*/bin"))


@pytest.mark.parametrize(("version", "used"), [("0.1.0", False), ("99.0.0", True)])
def test_only_a_uv_that_is_new_enough_is_used(version, used, bootstrap, tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "TOOLS", tmp_path / ".tools")
    uv = program(tmp_path / "bin" / "uv", f"uv {version} (made up)")
    assert bootstrap.find_uv(str(uv.parent)) == (str(uv) if used else None)


def test_the_uv_in_tools_goes_first(bootstrap, tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "TOOLS", tmp_path / ".tools")
    pinned = bootstrap.pinned_uv()[0]
    mine = program(bootstrap.private_uv(pinned), f"uv {pinned} (made up)")
    other = program(tmp_path / "bin" / "uv", "uv 99.0.0 (made up)")
    assert bootstrap.find_uv(str(other.parent)) == str(mine)


@pytest.mark.parametrize(
    ("answers", "chosen"),
    [
        ({"3.13": "/bin/python3.13", ">=3.12": "/bin/python3.14"}, "/bin/python3.13"),
        ({">=3.12": "/bin/python3.14"}, "/bin/python3.14"),
        ({}, "3.13"),
    ],
)
def test_the_preferred_python_is_chosen(answers, chosen, bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "ask", lambda command, environment: answers.get(command[-1], ""))
    assert bootstrap.find_python("uv", {}) == chosen


def test_the_environment_is_not_made_from_itself(bootstrap, monkeypatch):
    monkeypatch.setenv("PATH", f"{bootstrap.ROOT}/.venv/bin:/usr/bin")
    assert bootstrap.search_path() == "/usr/bin"


def test_an_unknown_machine_is_named(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap.platform, "machine", lambda: "pdp11")
    with pytest.raises(bootstrap.SetupError, match="pdp11"):
        bootstrap.pinned_uv()
