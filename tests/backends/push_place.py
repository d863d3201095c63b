"""Hosts that the bot pushes releases to: real sshd, without git on the login's path or a way to the repository."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.backends.git import GitSource
from bot.backends.ssh import SshBackend
from bot.backends.ssh.parcels import Parcels
from tests.backends.places import OpenSshPlace
from tests.programs import need

PROGRAMS = (
    *("sh", "cat", "tar", "gzip", "mv", "rm", "mkdir", "ln", "ls", "wc", "df", "id", "date", "touch", "stat", "tr"),
    *("tail", "head", "sleep", "readlink", "dirname", "sha256sum", "timeout", "flock", "setsid", "env", "printenv"),
)
"""What a host has; git is not among them."""


class PushPlace(OpenSshPlace):
    """The repository is only to be had through the bot's own copy."""

    def __init__(self, root: Path, count: int, sshd: str, without: Sequence[str] = ()) -> None:
        self.bin = root / "bin"
        self.bin.mkdir(parents=True)
        for name in PROGRAMS:
            if name not in without:
                (self.bin / name).symlink_to(need(name))
        super().__init__(root, count, sshd, env=f"PATH={self.bin}")
        self.site = replace(self.site, pushed=True)
        self.parcels = Parcels(GitSource(root / "repos").archive, root / "repos")

    def backend(self, **changes: object) -> SshBackend:
        return SshBackend(self.options(**changes), parcel=self.parcels.of)
