"""The demo's application as a real git repository, with the same SHAs on every machine.

`bot/sandbox/shop/` holds one folder for each commit, with the files that it adds or replaces.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FILES = Path(__file__).parent / "shop"

STEPS = {"install": "python3 -m compileall -q .", "test": "python3 -m unittest", "restart": "bin/restart"}
"""The shop's steps for a fleet file; `restart` needs APP_PORT among the host's vars."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit: `folder` under `shop/`, the branch it is on, the branch it starts from if that is another."""

    folder: str
    branch: str
    author: str
    when: str
    subject: str
    body: str = ""
    tag: str = ""
    start: str = ""


ANA, BEN, CID, LEA = ("Ana Lima", "Ben Okafor", "Cid Novak", "Lea Brandt")

HISTORY = (
    Commit("01-first", "main", ANA, "2026-10-06T09:12:40+02:00", "Serve a page and a health check"),
    Commit("02-catalogue", "main", BEN, "2026-10-07T15:41:03+02:00", "Keep the catalogue in a database", tag="1.0.0"),
    Commit("03-release", "main", CID, "2026-10-14T11:05:22+02:00", "Say on the page which host served it"),
    Commit("04-basket", "main", ANA, "2026-10-21T16:30:51+02:00", "Add a basket", tag="1.1.0"),
    Commit("05-readme", "main", LEA, "2026-10-23T10:02:09+02:00", "Tell in the readme what /healthz means"),
    Commit(
        "06-reviews",
        "reviews",
        BEN,
        "2026-10-28T17:48:37+01:00",
        "Show the stars that customers gave",
        body="The health check reads the new table too.",
        tag="1.2.0",
        start="main",
    ),
    Commit(
        "07-discounts",
        "discounts",
        CID,
        "2026-11-03T09:26:15+01:00",
        "Make ten of a kind a tenth cheaper",
        tag="1.3.0",
        start="main",
    ),
    Commit(
        "08-stock",
        "stock",
        BEN,
        "2026-11-10T14:12:58+01:00",
        "Ask the warehouse what is in stock",
        body="The health check asks too: slowly, but well.",
        tag="1.4.0",
        start="main",
    ),
)


def build(directory: Path) -> dict[str, str]:
    """Make (or find) the bare repository at `directory`; returns the full SHA of every tag and branch."""
    if not (directory / "HEAD").exists():
        directory.mkdir(parents=True, exist_ok=True)
        _git(directory, "init", "--quiet", "--bare", "--initial-branch=main", ".")
    if not (known := _refs(directory)):
        _git(directory, "fast-import", "--quiet", stdin=b"".join(_stream()))
        known = _refs(directory)
    return known


def _refs(directory: Path) -> dict[str, str]:
    """Name -> commit; of an annotated tag the commit it names."""
    text = _git(directory, "for-each-ref", "--format=%(refname:lstrip=2) %(objectname) %(*objectname)")
    return {fields[0]: fields[-1] for fields in (line.split() for line in text.splitlines())}


def _stream() -> Iterator[bytes]:
    """The history in the language of git fast-import."""
    for number, commit in enumerate(HISTORY, start=1):
        person = _person(commit.author, commit.when)
        yield f"commit refs/heads/{commit.branch}\nmark :{number}\nauthor {person}\ncommitter {person}\n".encode()
        yield _data(f"{commit.subject}\n\n{commit.body}\n" if commit.body else f"{commit.subject}\n")
        if commit.start:
            yield f"from refs/heads/{commit.start}\n".encode()
        yield from _files(FILES / commit.folder)
        if commit.tag:
            yield f"tag {commit.tag}\nfrom :{number}\ntagger {person}\n".encode() + _data(f"Release {commit.tag}\n")


def _files(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            # a package installed from a wheel has lost its executable bits
            mode = "100755" if path.parent.name == "bin" else "100644"
            name = path.relative_to(folder).as_posix()
            yield f"M {mode} inline {name}\n".encode() + _data(path.read_text())


def _data(text: str) -> bytes:
    content = text.encode()
    return b"data %d\n%b\n" % (len(content), content)


def _person(name: str, when: str) -> str:
    moment = datetime.fromisoformat(when)
    first = name.split()[0].lower()
    return f"{name} <{first}@shop.example> {int(moment.timestamp())} {moment:%z}"


def _git(directory: Path, *arguments: str, stdin: bytes = b"") -> str:
    done = subprocess.run(["git", *arguments], cwd=directory, input=stdin, capture_output=True, check=True)
    return done.stdout.decode()
