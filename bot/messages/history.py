"""The last deploys of a service."""

from collections.abc import Sequence
from datetime import datetime

from bot.messages.blocks import Block, content, cut, rich, section, table
from bot.messages.tables import Cell
from bot.messages.words import age, count, duration, escape, user
from bot.model import Content, DeployKind, DeployState
from bot.records import Deploy

HOW = 120  # characters of a reason in a table
MARKS = {
    DeployState.RUNNING: "◐ running",
    DeployState.SUCCEEDED: "✓ done",
    DeployState.ROLLED_BACK: "↩ rolled back",
    DeployState.FAILED: "✗ failed",
}


def history_message(service: str, deploys: Sequence[Deploy], now: datetime) -> Content:
    name = escape(service)
    if not deploys:
        line = f"There is no deploy of {name} yet. Begin with `/deploy {name}@REF to ENV`."
        return content(line, [section(line)])
    line = f"The last {count(len(deploys), 'deploy')} of {name}, newest first"
    if len(deploys) == 1:
        line = f"The only deploy of {name} so far"
    return content(line, [section(f"*{line}*"), deploys_table(deploys, now)])


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
