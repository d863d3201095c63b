"""The deploys of a service, page by page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.archive import Leaf, Past
from bot.messages.blocks import Block, actions, button, content, cut, menu, rich, section, table
from bot.messages.tables import Cell
from bot.messages.words import age, duration, escape, user
from bot.model import Content, DeployKind, DeployState
from bot.records import Deploy

OLDER, NEWER, CLOSELY = "history.older", "history.newer", "history.details"
HOW = 120  # characters of a reason in a table
MARKS = {
    DeployState.RUNNING: "◐ running",
    DeployState.SUCCEEDED: "✓ done",
    DeployState.ROLLED_BACK: "↩ rolled back",
    DeployState.FAILED: "✗ failed",
}


def history_message(past: Past, now: datetime) -> Content:
    leaf = past.leaf
    name = escape(leaf.service) + (f" to {escape(leaf.environment)}" if leaf.environment else "")
    if not past.deploys:
        line = f"There is no deploy of {name} yet. Begin with `/deploy {escape(leaf.service)}@REF to ENV`."
        return content(line, [section(line)])
    first = leaf.start + 1
    line = f"Deploys of {name}: {first:,}–{leaf.start + len(past.deploys):,} of {past.total:,}, newest first"
    if past.total == 1:
        line = f"The only deploy of {name} so far"
    return content(line, [section(f"*{line}*"), deploys_table(past.deploys, now), actions(*_ways_on(past))])


def _ways_on(past: Past) -> list[Block]:
    """To other pages, and into each deploy."""
    leaf, shown = past.leaf, len(past.deploys)
    found = [menu("Details of…", CLOSELY, [(str(deploy.id), _label(deploy)) for deploy in past.deploys])]
    if leaf.start:
        found.append(button("Newer", NEWER, leaf_value(replace(leaf, start=max(leaf.start - shown, 0)))))
    if leaf.start + shown < past.total:
        found.append(button("Older", OLDER, leaf_value(replace(leaf, start=leaf.start + shown))))
    return found


def _label(deploy: Deploy) -> str:
    """Plain text."""
    return f"{deploy.id} · {deploy.release.name} → {deploy.target.environment} · {MARKS[deploy.state]}"


def leaf_value(leaf: Leaf) -> str:
    """What the button to that page carries; no name of a fleet file holds a colon."""
    return f"{leaf.service}:{leaf.environment or ''}:{leaf.upto}:{leaf.start}"


def read_leaf(value: str) -> Leaf | None:
    """None for what no button of ours carries."""
    service, _, rest = value.partition(":")
    environment, _, rest = rest.partition(":")
    upto, _, start = rest.partition(":")
    usable = all(number.isascii() and number.isdigit() and len(number) < 19 for number in (upto, start))
    return Leaf(service, environment or None, int(upto), int(start)) if usable else None


def deploys_table(deploys: Sequence[Deploy], now: datetime) -> Block:
    return table(["deploy", "release", "environment", "by", "when", "took", "how"], [_row(d, now) for d in deploys])


def _row(deploy: Deploy, now: datetime) -> list[Cell]:
    kind = " rollback" if deploy.plan.kind is DeployKind.ROLLBACK else ""
    how = MARKS[deploy.state] + (f" at {deploy.reason}" if deploy.reason else "")
    return [
        f"{deploy.id}{kind}",
        deploy.release.name,
        deploy.target.environment,
        rich(user(deploy.requester)),
        age(now - deploy.created_at),
        duration(deploy.took(now)),
        rich(cut(how, HOW)),
    ]
