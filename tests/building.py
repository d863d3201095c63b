"""Values for tests: a fleet, a plan, a deploy and what its message shows; each sound, and changed where a test says."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.fleet import Fleet
from bot.messages.limits import Block
from bot.model import Content, DeployKind, DeployState, HostState, Release, Stage, StageState, Target
from bot.plan.batches import Size, batches
from bot.plan.stages import lay_out
from bot.records import Changes, Deploy, DeployView, HostLine, Plan
from bot.sandbox.slack.limits.messages import blocks_problems, text_in
from bot.sandbox.slack.limits.views import view_problems
from tests.fleet.samples import PRODUCTION, REMOVED, SHOP, changed, load

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TARGET = Target("shop", "production")
SIZES: tuple[Size, ...] = (1, "50%", "100%")
MESSAGE = 13_000  # characters in all blocks of one message, above which Slack has refused some
HOSTILE = "<!channel> & <@U1> `*_~ \n</script>"


def release(ref: str = "1.4.2") -> Release:
    """A release of this name; its SHA follows from it."""
    return Release(hashlib.sha1(ref.encode()).hexdigest(), ref)


def names(number: int) -> list[str]:
    return [f"web{one}" for one in range(1, number + 1)]


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def fleet_of(hosts: Sequence[str] = ("web1", "web2", "web3", "web4"), *changes: tuple[Any, Any]) -> Fleet:
    """A fleet with one service on these hosts, open to everybody, no checks; `changes` as in tests/fleet/samples."""
    entries = [{"name": name, "address": f"deploy@10.0.0.{5 + at}:22"} for at, name in enumerate(hosts)]
    base = [
        (("access",), {}),
        ((*PRODUCTION, "hosts"), entries),
        ((*PRODUCTION, "health"), {"http": "http://{name}:8080/healthz"}),
        ((*PRODUCTION, "checks"), REMOVED),
        ((*SHOP, "repo"), "https://github.com/acme/shop.git"),
    ]
    return load(changed(*base, *changes))


def a_plan(
    hosts: int | Sequence[str] = 4,
    kind: DeployKind = DeployKind.DEPLOY,
    ref: str = "1.4.2",
    fallback: str | None = "1.4.1",
    sizes: Sequence[Size] = SIZES,
    changes: Changes | None = None,
    target: Target = TARGET,
) -> Plan:
    wanted = names(hosts) if isinstance(hosts, int) else hosts
    back = release(fallback) if fallback else None
    groups = batches(wanted, sizes)
    return Plan(target, kind, release(ref), back, groups, lay_out(groups), changes)


def a_deploy(
    plan: Plan | None = None,
    state: DeployState = DeployState.RUNNING,
    number: int = 41,
    reason: str = "",
    took: float | None = None,
    requester: str = "U0ANA",
    at: datetime = NOW,
    incident: int | None = None,
) -> Deploy:
    """`took` is in seconds; without it a deploy that has ended took one minute."""
    ended = None if state is DeployState.RUNNING else at + seconds(60 if took is None else took)
    return Deploy(number, plan or a_plan(), requester, state, at, ended, reason, incident)


def lines(plan: Plan, states: dict[str, HostLine] | None = None) -> tuple[HostLine, ...]:
    """The hosts of a plan, waiting but for those given; their batch is the plan's."""
    known = states or {}
    return tuple(known.get(host, HostLine(host, number)) for number, batch in enumerate(plan.batches) for host in batch)


def healthy(host: str, batch: int = 0) -> HostLine:
    return HostLine(host, batch, HostState.HEALTHY, healthy_after=seconds(3.2))


def a_view(deploy: Deploy, hosts: Sequence[HostLine], stages: dict[int, tuple[StageState, str]]) -> DeployView:
    """`stages` by position; the others are pending. A stage that began took 2.1 s."""
    made = []
    for position, name in enumerate(stage.name for stage in deploy.plan.stages):
        state, detail = stages.get(position, (StageState.PENDING, ""))
        begun = NOW if state is not StageState.PENDING else None
        ended = NOW + seconds(2.1) if state in (StageState.COMPLETE, StageState.ERROR) else None
        made.append(Stage(position, name, state, detail, begun, ended))
    return DeployView(deploy, tuple(made), tuple(hosts))


def done_view(hosts: int = 4, **plan: Any) -> DeployView:
    """A deploy that succeeded everywhere."""
    deploy = a_deploy(a_plan(hosts, **plan), DeployState.SUCCEEDED)
    everywhere = {host: healthy(host, at) for at, batch in enumerate(deploy.plan.batches) for host in batch}
    stages = dict.fromkeys(range(len(deploy.plan.batches) + 1), (StageState.COMPLETE, ""))
    return a_view(deploy, lines(deploy.plan, everywhere), stages)


def problems(content: Content) -> list[str]:
    """What Slack would refuse about this message, by the sandbox's reading of its rules; empty when it is good."""
    found = blocks_problems(list(content.blocks)) if content.blocks else []
    if not 0 < len(content.text) <= 4000:
        found.append(f"text of {len(content.text)} characters")
    if text_in(list(content.blocks)) > MESSAGE:
        found.append(f"{text_in(list(content.blocks))} characters in all blocks")
    return found


def view_faults(view: dict[str, Any]) -> list[str]:
    """The same for a modal or a home tab."""
    return view_problems(view, view["type"])


def texts(part: Any) -> list[str]:
    """Every text that a person reads in these blocks, in order."""
    if isinstance(part, list | tuple):
        return [text for inner in part for text in texts(inner)]
    if not isinstance(part, dict):
        return []
    own = [part[key] for key in ("title", "text", "user_id") if isinstance(part.get(key), str)]
    return own + [text for inner in part.values() for text in texts(inner)]


def said(blocks: Sequence[Block]) -> str:
    return "\n".join(texts(list(blocks)))


def rows(blocks: Sequence[Block]) -> list[list[str]]:
    """The cells of the one table among these blocks."""
    table = next(block for block in blocks if block["type"] == "table")
    return [["".join(texts(cell)) for cell in row] for row in table["rows"]]
