"""parallel-ssh, in a process that lives as long as the benchmark; run by the Python of the peers' own environment.

PYTHONPATH=. python -m benchmarks.deploying.parallel_ssh SCENE
"""

import sys
from functools import partial
from pathlib import Path

from pssh.clients import ParallelSSHClient
from pssh.config import HostConfig

from benchmarks.deploying.app import five_commands
from benchmarks.deploying.scene import Job, Scene, jobs, measured


def deploy(scene: Scene, job: Job) -> None:
    """One client for the five commands, so one connection for each host, as its users do."""
    targets = scene.targets[: job.hosts]
    client = ParallelSSHClient(
        ["127.0.0.1"] * len(targets),
        user=scene.user,
        pkey=scene.key_file,
        allow_agent=False,
        pool_size=scene.parallel,
        host_config=[HostConfig(port=port) for _, port in targets],
    )
    for command in five_commands(Path(scene.repo), job.sha, job.path):
        outputs = client.run_command(command, stop_on_errors=True)
        client.join(outputs)
        bad = [list(output.stderr) for output in outputs if output.exit_code != 0]
        if bad:
            raise RuntimeError(f"{len(bad)} hosts failed, the first: {bad[0]}")


def main() -> None:
    scene = Scene.read(Path(sys.argv[1]))
    for job in jobs():
        measured(partial(deploy, scene, job))


if __name__ == "__main__":
    main()
