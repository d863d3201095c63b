"""The tools that are measured beside ours, in a virtual environment of their own; any of them may be missing."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.deploying.app import five_commands
from benchmarks.deploying.scene import Job, Scene
from benchmarks.deploying.workers import Worker

NAMES = ("parallel-ssh", "pyinfra", "ansible")
PACKAGES = ("ansible-core", "pyinfra", "parallel-ssh")
TREE = Path(__file__).with_name("tree.py")


def libraries(venv: Path, directory: Path) -> list[Worker]:
    """Those that are there, to be entered. `directory` holds scene.json."""
    if not any(venv.glob("lib/python*/site-packages/pssh")):
        return []
    command = [str(venv / "bin" / "python"), "-m", "benchmarks.deploying.parallel_ssh", str(directory / "scene.json")]
    return [Worker("parallel-ssh", command, directory / "parallel-ssh.log")]


def tools(venv: Path, scene: Scene, directory: Path) -> list["Tool"]:
    """Those that are there."""
    programs = {"pyinfra": (Pyinfra, "pyinfra"), "ansible": (Ansible, "ansible-playbook")}
    return [
        kind(venv / "bin" / program, scene, _made(directory / name), name)
        for name, (kind, program) in programs.items()
        if (venv / "bin" / program).exists()
    ]


def _made(directory: Path) -> Path:
    directory.mkdir()
    return directory


def install(directory: Path) -> None:
    """From PyPI, with pip's own settings. Raises CalledProcessError."""
    subprocess.run([sys.executable, "-m", "venv", str(directory)], check=True)
    subprocess.run([str(directory / "bin" / "python"), "-m", "pip", "install", "--quiet", *PACKAGES], check=True)


@dataclass(frozen=True)
class Tool:
    """A program that is begun anew for each deploy: its CPU is that of all it starts, its own start included."""

    program: Path
    scene: Scene
    directory: Path
    name: str = ""

    def deploy(self, job: Job) -> dict[str, float]:
        """{cpu, wall} in seconds. Raises RuntimeError with its last words when it failed."""
        return self._run(self.arguments(job))

    def start(self) -> dict[str, float]:
        """The cost of its start alone."""
        return self._run([str(self.program), "--version"])

    def arguments(self, job: Job) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return {}

    def _run(self, command: Sequence[str]) -> dict[str, float]:
        env = {**os.environ, "HOME": str(self.directory), **self.environment()}
        done = subprocess.run(
            [sys.executable, str(TREE), *command], env=env, cwd=self.directory, capture_output=True, text=True
        )
        found: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {"said": done.stderr}
        if found.get("status") != 0:
            raise RuntimeError(f"{self.name} failed: {found['said']}")
        return {"cpu": found["cpu"], "wall": found["wall"]}


class Ansible(Tool):
    """Forks as many as we have threads, `raw`, no facts, OpenSSH with one kept connection and curve25519."""

    def deploy(self, job: Job) -> dict[str, float]:
        """The connections that it keeps end with it, at nobody's cost: every deploy opens its own, as ours does."""
        found = super().deploy(job)
        for kept in self._kept().iterdir():
            subprocess.run(["ssh", "-o", f"ControlPath={kept}", "-O", "exit", "host"], check=True, capture_output=True)
        return found

    def _kept(self) -> Path:
        place = self.directory / "kept"
        place.mkdir(exist_ok=True)
        return place

    def environment(self) -> dict[str, str]:
        options = [
            "ControlMaster=auto",
            "ControlPersist=60s",
            "KexAlgorithms=curve25519-sha256",
            f"UserKnownHostsFile={self.scene.known_hosts}",
        ]
        return {
            "ANSIBLE_FORKS": str(self.scene.parallel),
            "ANSIBLE_HOME": str(self.directory),
            "ANSIBLE_SSH_ARGS": " ".join(f"-o {option}" for option in options),
            "ANSIBLE_SSH_CONTROL_PATH_DIR": str(self._kept()),
            "ANSIBLE_GATHERING": "explicit",
            "LC_ALL": "C.UTF-8",
        }

    def arguments(self, job: Job) -> list[str]:
        commands = five_commands(Path(self.scene.repo), job.sha, job.path)
        tasks = [{"ansible.builtin.raw": command} for command in commands]
        play = [{"hosts": "all", "gather_facts": False, "tasks": tasks}]
        (self.directory / "play.yml").write_text(json.dumps(play))
        hosts = [
            f"{name} ansible_host=127.0.0.1 ansible_port={port} ansible_user={self.scene.user} "
            f"ansible_ssh_private_key_file={self.scene.key_file}\n"
            for name, port in self.scene.targets[: job.hosts]
        ]
        (self.directory / "hosts").write_text("".join(hosts))
        return [str(self.program), "-i", "hosts", "play.yml"]


class Pyinfra(Tool):
    def arguments(self, job: Job) -> list[str]:
        commands = five_commands(Path(self.scene.repo), job.sha, job.path)
        calls = [f"server.shell(commands=[{command!r}])" for command in commands]
        (self.directory / "deploy.py").write_text("\n".join(["from pyinfra.operations import server", *calls, ""]))
        data = {
            "ssh_hostname": "127.0.0.1",
            "ssh_user": self.scene.user,
            "ssh_key": self.scene.key_file,
            "ssh_known_hosts_file": self.scene.known_hosts,
            "ssh_allow_agent": False,
            "ssh_look_for_keys": False,
        }
        hosts = [(name, {**data, "ssh_port": port}) for name, port in self.scene.targets[: job.hosts]]
        (self.directory / "inventory.py").write_text(f"hosts = {hosts!r}\n")
        return shlex.split(f"{self.program} -y --parallel {self.scene.parallel} inventory.py deploy.py")
