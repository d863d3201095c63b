"""The two messages that the README shows are what the code makes of such a deploy and such an outage."""

import re
from dataclasses import replace

from bot.evidence import Because, Evidence, Interval, Judgement, Method, Verdict
from bot.fleet import Strategy
from bot.holds import Lock, Scope
from bot.messages.alert import alert
from bot.messages.deploy import deploy_message
from bot.messages.evidence import verdict_words
from bot.messages.plain import bare
from bot.model import Content, DeployState, HostState, Release, Stage, StageState
from bot.plan.remedies import offers, scene_of
from bot.plan.stages import lay_out
from bot.records import Changes, DeployView, HostLine
from bot.watch import Panel
from tests.building import NOW, a_deploy, a_plan, lines, release, seconds
from tests.messages.test_alert import DOWN
from tests.pages import examples

SHOWN = [example.text for example in examples("README.md")]
EXCHANGE, OUTAGE = SHOWN[0], next(text for text in SHOWN if text.startswith("DOWN"))
PEOPLE = {"<@U0ANA>": "@ana", "<@U1>": "@ana"}
FIGURES = Judgement(
    Verdict.FAILED,
    (
        Evidence("errors", Method.COUNTS, Verdict.SUCCESSFUL, Because.WITHIN, 249, 747, 0.0, 0.0, 0.0, Interval(0, 0)),
        Evidence("latency", Method.RANKS, Verdict.FAILED, Because.WITHIN, 25, 75, 48.0, 5.0, 9.6, Interval(42.1, 43.2)),
    ),
)
ENDED = {  # what each stage came to, by its name: its state, how many seconds it took, and its words
    "Preflight": (StageState.COMPLETE, 0.075, "4 hosts ready"),
    "Batch 1 of 3": (StageState.COMPLETE, 3, ""),
    "Watching 25 s": (StageState.ERROR, 25, verdict_words(FIGURES)),
    "Rollback": (StageState.COMPLETE, 2.3, "the old release runs again on web1"),
}


def stage(position: int, name: str) -> Stage:
    state, took, detail = ENDED.get(name, (StageState.PENDING, None, ""))
    ended = None if took is None else NOW + seconds(took)
    return Stage(position, name, state, detail, None if took is None else NOW, ended)


def slow_canary() -> DeployView:
    """Deploy 2 of the README: its canary was slower, and went back."""
    planned = a_plan(ref="1.4.0", fallback="1.1.0", changes=Changes(2, 2))
    strategy = Strategy(kind="canary", bake=seconds(25), approve=True)
    plan = replace(planned, release=Release("95885a8" + "0" * 33, "1.4.0"), stages=lay_out(planned.batches, strategy))
    reason = f"Watching 25 s: {verdict_words(FIGURES)}"
    names = [*(one.name for one in plan.stages), "Rollback"]
    back = HostLine("web1", 0, HostState.RESTORED, before=release("1.1.0").sha)
    return DeployView(
        a_deploy(plan, DeployState.ROLLED_BACK, 2, reason, took=31),
        tuple(stage(position, name) for position, name in enumerate(names)),
        lines(plan, {"web1": back}),
        lock=Lock(Scope("production", "shop"), "", "deploy 2 of 1.4.0 was rolled back", NOW, deploy=2),
    )


def read(message: Content) -> str:
    """Its words as a person sees them, without Slack's marks."""
    text = re.sub(r"<!date\^\d+\^[^|]+\|([^>]+)>", r"\1", bare(message).text)
    for link, name in PEOPLE.items():
        text = text.replace(link, name)
    return words(re.sub(r"[*`]", "", text))


def words(text: str) -> str:
    """Without what parts them: spaces, line ends, and the dots of a task's line."""
    return " ".join(word for word in text.split() if word != "·")


def shows(example: str, message: Content) -> bool:
    """Whether the example is the message; `…` stands for what it leaves out."""
    pattern = ".*".join(re.escape(part) for part in words(example).split("…"))
    return re.fullmatch(pattern, read(message)) is not None


def test_the_first_example_is_what_the_code_says_of_such_a_deploy() -> None:
    asked, _, told = EXCHANGE.partition("Pointsman")
    assert asked.split() == ["ana", "/deploy", "shop@1.4.0", "to", "production"]
    assert shows(told, deploy_message(slow_canary(), NOW))


def test_another_deploy_is_not_what_it_shows() -> None:
    message = deploy_message(replace(slow_canary(), lock=None), NOW)
    assert not shows(EXCHANGE.partition("Pointsman")[2], message)


def outage() -> Content:
    scene = scene_of([DOWN])
    return alert(DOWN, Panel(offers(scene), scene.down, scene.hosts))


def test_the_second_example_is_what_the_code_says_of_such_an_outage() -> None:
    told, _, buttons = OUTAGE.partition("[")
    assert shows(told, outage())
    labels = [
        one["text"]["text"] for block in outage().blocks if block["type"] == "actions" for one in block["elements"]
    ]
    assert re.findall(r"\[([^\]]+)\]", f"[{buttons}") == labels
