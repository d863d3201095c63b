"""What stands around the contenders: Slack, whatever answers the health question, and the bot's settings."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.checking.targets import Targets as Answering
from benchmarks.deploying.app import App
from benchmarks.deploying.race import OURS, PUSHED
from benchmarks.deploying.scene import Scene
from benchmarks.deploying.targets import Targets
from benchmarks.deploying.whole import fleet_text
from bot.sandbox.slack.server import Seed, Server

PARALLEL = 50


@contextmanager
def scene_of(directory: Path, targets: Targets, app: App, sizes: Sequence[int]) -> Iterator[Scene]:
    """With Slack and what answers the health question running."""
    state = directory / "bot"
    state.mkdir()
    slack = Server(Seed.demo())
    slack.enforce_rates = False
    slack.start()
    settings = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "FLEET_FILE": str(state / "fleet.yaml"),
        "DATABASE_URL": f"sqlite:///{state / 'pointsman.db'}",
        "REPOS_DIR": str(state / "repos"),
        "SSH_KEY_FILE": str(targets.key_file),
        "SSH_KNOWN_HOSTS": str(targets.known_hosts),
    }
    names = [(target.name, target.port) for target in targets.all]
    keys = str(targets.key_file), str(targets.known_hosts)
    scene = Scene(str(directory), str(app.repo), targets.user, *keys, PARALLEL, names, settings)
    try:
        with Answering() as answering:
            health = f"http://127.1.0.1:{answering.port}"
            services = [(f"{name}-{size}", size) for name in (OURS, PUSHED) for size in sizes]
            (state / "fleet.yaml").write_text(fleet_text(scene, health, services))
            scene.write(directory / "scene.json")
            yield scene
    finally:
        slack.stop()
