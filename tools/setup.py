"""Make the environment .venv from uv.lock: find or fetch uv, find a Python, let uv do the rest.

Runs before anything is installed. So it uses nothing but the standard library of whatever python3
there is, 3.6 or newer; pip and venv may be missing.

uv itself is one of the packages pinned in uv.lock. A uv on PATH is used if it is at least as new.
Otherwise the pinned one goes to .tools: by pip, which knows this machine's mirrors and proxies, or,
where pip is missing or too old, straight from the address in uv.lock. Both check the lock's hash.
"""

import hashlib
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
PREFERRED = "3.13"
OLDEST = ">=3.12"
WHEELS = {
    ("Linux", "x86_64"): "manylinux_2_17_x86_64",
    ("Linux", "aarch64"): "manylinux_2_17_aarch64",
    ("Darwin", "arm64"): "macosx_11_0_arm64",
}
"""The platforms that JAX has wheels for, too, and how uv's wheels call them."""

NO_UV = """uv {version} could not be installed into {place}.

  pip said:           {pip}
  the download said:  {download}

Without a network, or behind a proxy? Set HTTPS_PROXY, or pip's index-url to a mirror in reach.
Or install uv {version} or newer yourself, so that `uv --version` answers, and run make again:
https://docs.astral.sh/uv/getting-started/installation/"""

NO_ENVIRONMENT = """uv could not make .venv (what it said is above).

If it found no Python: install Python {preferred} ({oldest} will do) and run make again.
If it could not download: check the network; HTTPS_PROXY names a proxy.
If it says that uv.lock needs to be updated: has pyproject.toml changed? Then run `uv lock`. If not,
unset UV_DEFAULT_INDEX and the like: uv.lock goes with the index that it names."""


class SetupError(Exception):
    """Something that the person at the keyboard has to put right; the message says what."""


def main():
    """Make .venv what uv.lock says."""
    environment = dict(os.environ, PATH=search_path(), UV_PROJECT_ENVIRONMENT=str(ROOT / ".venv"))
    try:
        uv = find_uv(environment["PATH"]) or fetch_uv()
        python = find_python(uv, environment)
        command = [uv, "sync", "--locked", "--compile-bytecode", "--python", python]
        if subprocess.call(command, cwd=str(ROOT), env=environment) != 0:
            raise SetupError(NO_ENVIRONMENT.format(preferred=PREFERRED, oldest=OLDEST))
    except SetupError as error:
        sys.exit("\n" + str(error))


def search_path():
    """Return PATH without .venv, and with the Pythons themselves in place of pyenv's shims.

    The shim of a version that is not active fails, and uv stops looking at the first that does.
    """
    places = []
    for place in map(Path, os.environ["PATH"].split(os.pathsep)):
        versions = place.parent / "versions"
        if place.name == "shims" and versions.is_dir():
            places += sorted(version / "bin" for version in versions.iterdir())
        elif place != ROOT / ".venv" / "bin":
            places.append(place)
    return os.pathsep.join(map(str, places))


def find_python(uv, environment):
    """Return a Python for uv: the preferred one, else one new enough, else one to download."""
    for request in (PREFERRED, OLDEST):
        found = ask([uv, "python", "find", "--system", "--no-project", request], environment)
        if found:
            return found
    return PREFERRED


def ask(command, environment=None):
    """Return what a command prints, or nothing if it fails."""
    try:
        answer = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError:
        return ""
    return answer.stdout.decode().strip() if answer.returncode == 0 else ""


def pinned_uv():
    """Return uv's version in uv.lock, and the address and SHA-256 of its wheel for this machine."""
    lock = (ROOT / "uv.lock").read_text(encoding="utf-8")
    package = re.search(r'^name = "uv"\n.*?(?=^\[\[package|\Z)', lock, re.M | re.S).group()
    version = re.search(r'^version = "(.+)"', package, re.M).group(1)
    machine = (platform.system(), platform.machine())
    for address, sha256 in re.findall(r'url = "(\S+\.whl)", hash = "sha256:(\w+)"', package):
        if machine in WHEELS and WHEELS[machine] in address:
            return version, address, sha256
    raise SetupError(
        "hhlab runs on Linux (x86_64, aarch64) and macOS (arm64), where JAX does; this is {} {}. "
        "On Windows use WSL.".format(*machine)
    )


def find_uv(path):
    """Return a uv that is at least as new as the pinned one, from .tools or PATH, or None."""
    pinned = pinned_uv()[0]
    for uv in filter(None, [str(private_uv(pinned)), shutil.which("uv", path=path)]):
        version = re.match(r"uv (\d+\.\d+\.\d+)", ask([uv, "--version"]))
        if version and numbers(version.group(1)) >= numbers(pinned):
            return uv
    return None


def private_uv(version):
    """Return where this version of uv lies if it is in .tools."""
    return TOOLS / ("uv-" + version) / "bin" / "uv"


def numbers(version):
    """Return a version as something that compares."""
    return [int(number) for number in version.split(".")]


def fetch_uv():
    """Install the pinned uv into .tools and return its path."""
    version, address, sha256 = pinned_uv()
    place = private_uv(version).parent.parent
    print("Fetching uv {} into {}".format(version, place.relative_to(ROOT)), flush=True)
    said = {}
    for name, fetch in (("pip", fetch_with_pip), ("download", fetch_directly)):
        # Made beside its place and moved there when it is whole: an interruption leaves no half.
        part = place.with_name(place.name + ".part")
        shutil.rmtree(str(part), ignore_errors=True)
        part.mkdir(parents=True)
        try:
            fetch(part, version, address, sha256)
        except (OSError, subprocess.CalledProcessError, ValueError) as error:
            said[name] = (getattr(error, "output", None) or str(error)).strip().split("\n")[-1]
            continue
        part.rename(place)
        return str(private_uv(version))
    raise SetupError(NO_UV.format(version=version, place=place, **said))


def fetch_with_pip(place, version, address, sha256):
    """Let this Python's pip install uv into a folder."""
    requirement = place / "requirements.txt"
    requirement.write_text("uv=={} --hash=sha256:{}\n".format(version, sha256))
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        + ["--target", str(place), "--no-deps", "--only-binary", ":all:", "--require-hashes"]
        # uv is a program: which Python unpacks it does not matter.
        + ["--ignore-requires-python", "--requirement", str(requirement)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        check=True,
    )


def fetch_directly(place, version, address, sha256):
    """Download uv's wheel and unpack the program into a folder.

    Raises
    ------
    ValueError
        If what arrives is not what uv.lock says.
    """
    wheel = place / "uv.whl"
    with urllib.request.urlopen(address, timeout=60) as response, wheel.open("wb") as file:
        shutil.copyfileobj(response, file)
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != sha256:
        raise ValueError("{} is not the file that uv.lock names (its hash differs)".format(address))
    program = place / "bin" / "uv"
    program.parent.mkdir()
    with zipfile.ZipFile(str(wheel)) as archive:
        program.write_bytes(archive.read("uv-{}.data/scripts/uv".format(version)))
    program.chmod(program.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    wheel.unlink()


if __name__ == "__main__":
    main()
