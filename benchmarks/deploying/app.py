"""What is deployed: a small application in a repository on this machine, and its five steps as a person types them."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

IDENTITY = ("-c", "user.name=Bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false")
FILES = 20

INSTALL = "test -f file1"
TEST = "test -f file2"
RESTART = "test -d ."


@dataclass(frozen=True)
class App:
    repo: Path

    @classmethod
    def create(cls, repo: Path) -> "App":
        repo.mkdir(parents=True)
        app = cls(repo)
        app.git("init", "--quiet", "--initial-branch=main")
        for number in range(FILES):
            (repo / f"file{number}").write_text(f"{number}\n" * 50)
        return app

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", *IDENTITY, *arguments], cwd=self.repo, capture_output=True, check=True)
        return done.stdout.decode().strip()

    def release(self, name: str) -> str:
        """A new commit's SHA."""
        (self.repo / "file0").write_text(f"{name}\n")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", name)
        return self.git("rev-parse", "HEAD")


def five_commands(repo: Path, sha: str, path: str) -> list[str]:
    """Fetch, unpack, install, test, switch and restart: what the bot does in a deploy, without its guarantees.

    Nothing is asked to tidy up at each fetch, as the bot does not either: that would cost them one process more.
    """
    here, release = f"cd {path}", f"releases/{sha}"
    made = f"mkdir -p {path}/releases && {here} && {{ [ -d repo ] || git init --quiet --bare repo; }}"
    fetch = "git --git-dir=repo -c maintenance.auto=false fetch --quiet --depth=1 --no-tags"
    return [
        f"{made} && {fetch} {repo} {sha}:refs/kept/{sha}",
        f"{here} && mkdir {release} && git --git-dir=repo archive {sha} | tar -x -C {release}",
        f"{here}/{release} && {INSTALL}",
        f"{here}/{release} && {TEST}",
        f"{here} && ln -sfn {release} current && cd current && {RESTART}",
    ]


def deployed(home: Path, path: str) -> str:
    """The SHA that a target runs, by its `current`; empty when it runs nothing."""
    current = home / path / "current"
    return current.resolve().name if current.is_dir() else ""
