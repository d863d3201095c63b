"""A git repository whose releases do as a test wants: each step of theirs runs a script of the release."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.backends.base import Site, StepSpec
from bot.model import Step

IDENTITY = ("-c", "user.name=Ana Lima", "-c", "user.email=ana@shop.example", "-c", "commit.gpgsign=false")

OWN = (Step.INSTALL, Step.TEST, Step.BESIDE, Step.RESTART, Step.RETIRE)
STEPS = {step: StepSpec(f"sh ./{step}.sh", timedelta(seconds=30)) for step in OWN}

COUNT = 'echo "$POINTSMAN_RELEASE" >>"$RAN/{step}"\n'
"""Every run of a step leaves a line, so that a second run cannot hide; RAN is among the host's vars."""


@dataclass(frozen=True, slots=True)
class Project:
    """`commit` makes releases on `main`; `site` is where they go."""

    repo: Path

    @classmethod
    def create(cls, directory: Path) -> "Project":
        directory.mkdir(parents=True)
        project = cls(directory)
        project.git("init", "--quiet", "--initial-branch=main")
        return project

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", *IDENTITY, *arguments], cwd=self.repo, capture_output=True, check=True)
        return done.stdout.decode(errors="surrogateescape").strip()

    def commit(self, scripts: Mapping[Step, str] | None = None, files: Mapping[str, str] | None = None) -> str:
        """A new release; `scripts` say what its steps do beyond counting themselves."""
        for step in STEPS:
            script = COUNT.format(step=step) + (scripts or {}).get(step, "") + "\n"
            (self.repo / f"{step}.sh").write_text(script)
        for name, text in (files or {}).items():
            (self.repo / name).parent.mkdir(parents=True, exist_ok=True)
            (self.repo / name).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change")
        return self.git("rev-parse", "HEAD")

    def site(self, path: str = "shop", timeouts: Mapping[Step, float] | None = None) -> Site:
        """`timeouts` in seconds, where the usual 30 are too many."""
        steps = STEPS | {
            step: StepSpec(STEPS[step].command, timedelta(seconds=seconds))
            for step, seconds in (timeouts or {}).items()
        }
        return Site("shop", "production", str(self.repo), path, steps)
