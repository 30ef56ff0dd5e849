"""Links that open the students' notebook: on Binder, Colab, Codespaces, and on a JupyterHub."""

import re
from pathlib import PurePosixPath
from urllib.parse import quote, urlencode, urlsplit

BINDER = "https://mybinder.org/v2"
HOSTS = {"github.com": "gh", "gitlab.com": "gl"}
"""Where Binder asks a host for its repositories by name, and what it calls the host."""
MAIN = "main"
"""The default branch, where a service wants one by its name: what `hhlab publish` tells to make."""
ARCHIVES = {
    "github.com": "{repository}/archive/{branch}.zip",
    "gitlab.com": "{repository}/-/archive/{branch}/{name}.zip",
    "gitee.com": "{repository}/repository/archive/{branch}.zip",
}
"""Where a host has a repository's files in one, for whoever can open none of the other links."""

NAMES = {"github.com": (2, 2), "gitee.com": (2, 2), "gitlab.com": (2, 20)}
"""How many names a repository's path has there: the fewest, and the most."""
ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?:[^\s/@]*@)?(?P<host>[\w-]+(?:\.[\w-]+)*(?::\d+)?)"
    r"/(?P<path>[^\s?#]+)(?:[?#]\S*)?",
    re.ASCII,
)
NAME = re.compile(r"(?!\.\.?$)[\w.~-]+", re.ASCII)
LOOKED_AT = re.compile(r"^([^/]+(?:/[^/]+)+?)(?:/-)?/(?:tree|blob)(?:/.*)?$")
"""What a browser shows of a folder or a file of a repository."""


def links(repository: str, notebook: str, hub: str = "", branch: str = "") -> dict[str, str]:
    """Return the links that open a notebook of a repository in JupyterLab.

    Parameters
    ----------
    repository : str
        Its address, as ``git clone`` takes it: https://… or git@…:….
    notebook : str
        The notebook's path in it.
    hub : str
        Address of a JupyterHub that has nbgitpuller; without one there is no link for it.
    branch : str
        A branch, if it is not the repository's default.

    Returns
    -------
    dict of str to str
        Links, by the names ``Binder``, ``Colab`` and ``Codespaces`` (for what is on GitHub),
        ``nbgitpuller`` and ``download``.

    Raises
    ------
    ValueError
        If an address is none.
    """
    repository = web_address(repository)
    host, path = urlsplit(repository).netloc, urlsplit(repository).path.strip("/")
    provider = HOSTS.get(host, "git")
    names = {"gh": path, "gl": quote(path, safe=""), "git": quote(repository, safe="")}
    where = f"lab/tree/{notebook}"
    found = {
        "Binder": f"{BINDER}/{provider}/{names[provider]}/{quote(branch or 'HEAD', safe='')}"
        f"?{urlencode({'urlpath': where}, safe='/')}"
    }
    ref, name = quote(branch or MAIN, safe=""), PurePosixPath(path).name
    if host == "github.com":
        found["Colab"] = f"https://colab.research.google.com/github/{path}/blob/{ref}/{notebook}"
        at = f"&{urlencode({'ref': branch})}" if branch else ""
        found["Codespaces"] = f"https://codespaces.new/{path}?quickstart=1{at}"
    if hub:
        if not re.fullmatch(r"https?://[^\s?#]+", hub):
            raise ValueError(f"{hub} is no address of a hub: it begins with https://")
        # nbgitpuller clones into a folder that is named as git would
        cloned = f"lab/tree/{name}/{notebook}"
        asked = {"repo": repository, **({"branch": branch} if branch else {}), "urlpath": cloned}
        found["nbgitpuller"] = (
            f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{urlencode(asked, safe='/')}"
        )
    if host in ARCHIVES:
        found["download"] = ARCHIVES[host].format(repository=repository, branch=ref, name=name)
    return found


def web_address(repository: str) -> str:
    """Return a repository's address as a browser takes it.

    Parameters
    ----------
    repository : str
        An address to clone from, or one that a browser shows while one looks at the repository.

    Raises
    ------
    ValueError
        If it is an address of something else.
    """
    address = repository.strip()
    if address.startswith("git@") and ":" in address:
        host, _, path = address.removeprefix("git@").partition(":")
        address = f"https://{host}/{path}"
    if found := ADDRESS.fullmatch(address):
        host = found["host"].lower().removeprefix("www.")
        path = LOOKED_AT.sub(r"\1", found["path"]).rstrip("/").removesuffix(".git")
        names = path.split("/")
        fewest, most = NAMES.get(host, (1, len(names)))
        if fewest <= len(names) <= most and all(map(NAME.fullmatch, names)):
            return f"{found['scheme']}://{host}/{path}"
    raise ValueError(
        f"{repository} is no address of a repository, such as https://github.com/OWNER/REPOSITORY"
    )
