"""One secret comes in by every door of the whole bot: it stands in no file, in no line of the log, in no message."""

import io
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import structlog

from bot import logs
from bot.app.assembly import Pointsman
from bot.app.edge import open_edge
from bot.app.hosts import Hosts
from bot.backends.sns import SnsCalls
from bot.grammar import DeployTo
from bot.manifest import manifest
from bot.model import Content, DeployState, Probe, Step
from bot.records import Deploy
from bot.sandbox.memory_prober import MemoryProber, no_shell
from bot.sandbox.slack.server import Server
from bot.secrecy import MASK
from bot.state.locks import Locks
from handlers import COMMANDS
from tests.app.test_edge import settings_for
from tests.backends.daemons import reach, truer_moto
from tests.backends.ecs_place import REGION, EcsPlace
from tests.backends.github_server import NAME, Trouble, github
from tests.backends.group_place import GroupPlace
from tests.backends.places import MemoryPlace
from tests.backends.project import Project
from tests.backends.stack_place import StackPlace
from tests.fleet.samples import PRODUCTION, SHOP, changed
from tests.mailbox import Mailbox
from tests.mailbox import Server as MailServer
from tests.plan.foreign import samples
from tests.scenarios.test_ci_story import publish
from tests.signing import CERTIFICATE, TOPIC, body, certificate, message
from tests.waiting import eventually
from tests.workspace import workspace

CANARY = "815473902166"  # also an exit code, where nothing else than a number comes in
HOOK = "0123456789abcdef"
Changes = Sequence[tuple[tuple[str | int, ...], Any]]
OPEN: Changes = ((("access",), {}), (("alerts",), {"group_wait": "0s"}))


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with truer_moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


class Signed(SnsCalls):
    """SNS's certificate without SNS."""

    def get(self, url: str) -> bytes | None:
        return certificate() if url == CERTIFICATE else None


class Cage:
    """The whole bot, which knows the canary as a secret of a check. `here` is its own address."""

    def __init__(self, pointsman: Pointsman, server: Server, here: str) -> None:
        self.pointsman, self.server, self.here = pointsman, server, here

    def types(self, text: str) -> None:
        """A person at Slack, until the answer has come."""
        before = len(self.server.calls("response_url"))
        assert self.server.command("ana", "/deploy", text, channel="deploys").error is None
        eventually(lambda: len(self.server.calls("response_url")) > before, timeout=60)

    def deploys(self, ref: str) -> Deploy:
        """To its end."""
        begun = self.pointsman.office.deploys.ask("U0ANA", DeployTo("shop", "production", ref))
        assert isinstance(begun, Deploy), begun
        journal = self.pointsman.engine.journal
        eventually(lambda: (found := journal.deploys.get(begun.id)) and found.finished_at, timeout=120)
        found = journal.deploys.get(begun.id)
        assert found
        return found


@contextmanager
def cage(here: Path, changes: Changes = (), hosts: Hosts | None = None, **more: str) -> Iterator[Cage]:
    """At its end everything that the bot has written, said and sent is searched."""
    with workspace() as server:
        server.register(manifest(COMMANDS))
        known = {"CHECK_SECRETS": f"SHOP_TOKEN={CANARY}", "SLACK_APP_TOKEN": server.app_token}
        settings, log = settings_for(server, here, **known, **more), io.StringIO()
        settings.fleet_file.write_text(json.dumps(changed(*OPEN, *changes)))
        logs.configure("INFO", "json", settings.secrets(), log)
        with Pointsman(settings, hosts) as pointsman:
            pointsman.sns = Signed()
            with open_edge(settings, pointsman) as address:
                pointsman.engine.launch()
                eventually(lambda: server.sockets > 0, timeout=60)
                yield Cage(pointsman, server, address)
                while pointsman.deliverer.run_once():
                    pass
        assert CANARY not in log.getvalue()
        sent = repr([call.args for call in server.calls()])
        assert CANARY not in sent
        files = {file.name: file.read_bytes() for file in here.glob("state.db*")}
        assert [name for name, bits in files.items() if CANARY.encode() in bits] == []
        assert MASK in sent or MASK.encode() in files["state.db"], "nothing came in by this door"


def hook(at: Cage, name: str, sent: bytes) -> None:
    head = {"Authorization": f"Bearer {HOOK}"}
    answer = requests.post(f"{at.here}/hooks/{name}", data=sent, headers=head, timeout=30)
    assert answer.text == "1 begun, 0 ended\n", answer.text


def by_alertmanager(at: Cage) -> None:
    hook(at, "alertmanager", samples.group(samples.one(annotations={"summary": f"no login with {CANARY}"})))


def by_its_labels(at: Cage) -> None:
    labels = {"alertname": f"Down-{CANARY}", "instance": f"u:{CANARY}@web9", **samples.SHOP}
    hook(at, "alertmanager", samples.group(samples.one(labels=labels, generatorURL=f"http://x/?key={CANARY}")))


def by_a_plain_alert(at: Cage) -> None:
    sent = {"id": CANARY, "status": "firing", "name": f"late {CANARY}", "source": f"cron {CANARY}", "cause": CANARY}
    hook(at, "alert", json.dumps(sent).encode())


def by_a_cut(at: Cage) -> None:
    """The end of what is kept of a cause falls into the secret."""
    sent = {"id": "cut", "status": "firing", "name": "late", "cause": f"{'x' * 991}{CANARY}{'y' * 50}"}
    hook(at, "alert", json.dumps(sent).encode())
    assert CANARY[:6] not in repr([one.incident.cause for one in at.pointsman.monitor.open_incidents()])


def by_sns(at: Cage) -> None:
    sent = message(datetime.now(UTC), samples.alarm(NewStateReason=f"Threshold Crossed: {CANARY}"))
    hook(at, "sns", body(sent))


@pytest.mark.parametrize("door", [by_alertmanager, by_its_labels, by_a_plain_alert, by_a_cut, by_sns])
def test_alerts_from_elsewhere(tmp_path: Path, door: Callable[[Cage], None]) -> None:
    with cage(tmp_path, WEBHOOK_TOKEN=HOOK, SNS_TOPICS=TOPIC) as at:
        door(at)


def test_what_people_type(tmp_path: Path) -> None:
    with cage(tmp_path) as at:
        at.types(f'lock shop in production "the password is {CANARY}" for 1h')
        at.types(f"deploy shop@{CANARY} to production")
        assert [lock.reason for lock in Locks(at.pointsman.db).standing()] == ["the password is ***"]


def in_memory(place: MemoryPlace) -> Hosts:
    return Hosts(place.backend(), MemoryProber(lambda ask, at: Probe(True, 0.01, 200)), MemoryProber(no_shell))


def test_what_git_says_and_what_commits_are_called(tmp_path: Path) -> None:
    place, project = MemoryPlace(2), Project.create(tmp_path / "repo")
    old = project.commit()
    project.git("tag", "old")
    project.git("commit", "--quiet", "--allow-empty", "--message", f"Take {CANARY} out of the code")
    project.git("tag", "new")
    repo = ((*SHOP, "repo"), str(project.repo))
    with cage(tmp_path, [repo], in_memory(place)) as at:
        assert at.deploys("old").release.sha == old
        at.types("plan shop@new to production")
        assert f"Take {MASK} out of the code" in str(at.server.calls("response_url")[-1].args)
        (tmp_path / "repo").rename(tmp_path / "gone")
        at.types("shop@new to production")


def test_what_git_says_of_an_address_that_only_its_own_configuration_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "gitconfig"
    own.write_text(f'[url "http://127.0.0.1:1/{CANARY}/"]\n\tinsteadOf = https://github.com/\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(own))
    with cage(tmp_path, hosts=in_memory(MemoryPlace(2))) as at:
        at.types("shop@1.0.0 to production")
        assert "/***/acme/shop.git" in str(at.server.calls("response_url")[-1].args)


def test_what_a_step_says(tmp_path: Path) -> None:
    place, project = MemoryPlace(2), Project.create(tmp_path / "repo")
    sha = project.commit()
    place.backend().fail("web1", Step.INSTALL, 3, f"TOKEN={CANARY}\nfailed", sha)
    with cage(tmp_path, [((*SHOP, "repo"), str(project.repo))], in_memory(place)) as at:
        assert at.deploys(sha).state is DeployState.FAILED


@pytest.mark.parametrize("trouble", [False, True])
def test_what_ci_says(tmp_path: Path, trouble: bool) -> None:
    project = Project.create(tmp_path / "acme/shop")
    sha = project.commit()
    with github() as forge:
        forge.run(sha, f"lint with {CANARY}", "failure", f"https://ci.example.com/7?token={CANARY}")
        said = json.dumps({"message": f"bad credentials: {CANARY}"}).encode()
        forge.trouble = {f"{sha}/status": Trouble(403, said)} if trouble else {}
        publish(forge, project.repo / ".git")
        changes = [((*SHOP, "repo"), f"{forge.origin}/{NAME}.git"), ((*PRODUCTION, "require_checks"), True)]
        with cage(tmp_path, changes, in_memory(MemoryPlace(2)), GITHUB_API_URL=forge.url) as at:
            at.types(f"shop@{sha} to production")


def group_place(directory: Path) -> GroupPlace:
    return GroupPlace()


def stack_place(directory: Path) -> StackPlace:
    return StackPlace(directory / "stack")


def ecs_place(directory: Path) -> EcsPlace:
    return EcsPlace("canary", container="web")


PLACES: dict[str, Callable[[Path], GroupPlace | StackPlace | EcsPlace]] = {
    "asg": group_place,
    "cloudformation": stack_place,
    "ecs": ecs_place,
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("backend", PLACES)
def test_what_aws_says_of_a_release_that_fails(
    aws: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    reach(monkeypatch, aws, REGION)
    place = PLACES[backend](tmp_path)
    place.release("second")
    place.release("broken", broken=f"it ended with {CANARY}")
    config = place.site.config.model_dump(mode="json", exclude_unset=True)
    changes: list[tuple[tuple[str | int, ...], Any]] = [(PRODUCTION, {"backend": backend, backend: config})]
    changes += [((*SHOP, "repo"), place.site.repo)] if place.site.repo else []
    with cage(tmp_path, changes) as at:
        at.deploys("second")
        assert MASK in at.deploys("broken").reason
    place.close()


def test_what_a_mail_server_says(tmp_path: Path) -> None:
    mail = MailServer(Mailbox())
    mail.start()
    mail.box.answer = f"554 no mail for {CANARY}"
    with cage(tmp_path, NOTIFY_URLS=mail.url()) as at:
        pointsman = at.pointsman
        with pointsman.db.transaction():
            pointsman.ways.tell("blind:1", Content("*BLIND* · I cannot see"), pointsman.clock.now())
        assert pointsman.courier.run_once() == 1

        def told() -> list[Any]:
            with pointsman.db.reading() as db:
                return [row for row in db.table("dispatches").rows if row["last_error"]]

        eventually(told, timeout=90)
    mail.stop()


def test_what_stands_in_a_fleet_file_that_does_not_load(tmp_path: Path) -> None:
    with cage(tmp_path) as at:
        broken = changed(((*PRODUCTION, "backend"), f"ssh {CANARY}"), ((*PRODUCTION, CANARY), "x"))
        (tmp_path / "fleet.yaml").write_text(json.dumps(broken))
        at.pointsman.fleet.reload()
