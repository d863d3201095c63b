"""A deploy closely, in a modal: what it brought and who decided, every stage with its times, every host."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from bot.archive import Detail
from bot.messages.approval import votes
from bot.messages.blocks import Block, actions, button, cut, section
from bot.messages.deploy import forced_blocks, headline
from bot.messages.detail_hosts import PAGE, host_blocks
from bot.messages.hosts import batch_of, stage_detail
from bot.messages.limits import SECTION
from bot.messages.locks import lock_words
from bot.messages.words import count, date, duration, escape, user
from bot.model import DeployKind, DeployState, Stage, StageState
from bot.records import Approval, Decision, Deploy

LEAF, REFRESH = "deploy.details.page", "deploy.details.refresh"
MARKS = {
    StageState.PENDING: "○",
    StageState.IN_PROGRESS: "◐",
    StageState.COMPLETE: "✓",
    StageState.ERROR: "✗",
}
WORDS = 600  # characters of one stage's words
MOST_BYTES = 240_000  # of all blocks as JSON; Slack takes 250 kB of the whole view
MOST = 12  # sections of stages; a modal takes a hundred blocks


def details_view(detail: Detail, now: datetime, start: int = 0) -> dict[str, Any]:
    """`start` is the first host shown, counted from 0 in the order of the list: what went wrong comes first."""
    deploy = detail.view.deploy
    kind = "Rollback" if deploy.plan.kind is DeployKind.ROLLBACK else "Deploy"
    start = min(max(start, 0), max(len(detail.view.hosts) - 1, 0)) // PAGE * PAGE
    blocks = [
        section(f"*{headline(detail.view)}*\n{_facts(detail, now)}"),
        *forced_blocks(deploy),
        *(section(text) for text in _sections(_stage_lines(detail, now))),
        *host_blocks(detail, start, now),
        *_ways_on(detail, start),
    ]
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": f"{kind} {deploy.id}"},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": _lightened(blocks),
    }


def _lightened(blocks: list[Block]) -> list[Block]:
    """The longest parts left out until the modal is one that Slack takes."""
    weights = [len(json.dumps(block)) for block in blocks]
    while sum(weights) > MOST_BYTES:
        heaviest = weights.index(max(weights))
        blocks[heaviest] = section("… left out: too long for Slack")
        weights[heaviest] = len(json.dumps(blocks[heaviest]))
    return blocks


def _facts(detail: Detail, now: datetime) -> str:
    deploy, lock = detail.view.deploy, detail.view.lock
    ended = f"took {duration(deploy.took(now))}" if deploy.finished_at else f"runs for {duration(deploy.took(now))}"
    why = f" from the alert of incident {deploy.incident}" if deploy.incident is not None else ""
    rows = [f"Asked by {user(deploy.requester)}{why} · {date(deploy.created_at, '{date_short_pretty} {time_secs}')}"]
    rows[0] += f" · {ended}"
    rows.append(_release(deploy))
    if deploy.aborted_by:
        rows.append(f"Aborted by {user(deploy.aborted_by)}")
    if lock:
        rows.append(lock_words(lock, now))
    return "\n".join(rows)


def _release(deploy: Deploy) -> str:
    changes, fallback = deploy.plan.changes, deploy.plan.fallback
    sha = f"`{deploy.release.short}`"
    if changes and changes.release_url:
        sha = f"<{changes.release_url}|{deploy.release.short}>"
    parts = [f"Release {escape(deploy.release.name)} ({sha})"]
    if changes and fallback:
        since = f"{count(changes.commits, 'commit')} since {escape(fallback.name)}"
        parts.append(f"<{changes.compare_url}|{since}>" if changes.compare_url else since)
    parts.append(f"way back {escape(fallback.name)}" if fallback else "no earlier release")
    return " · ".join(parts)


def _stage_lines(detail: Detail, now: datetime) -> Iterator[str]:
    questions = {question.position: question for question in detail.questions}
    for stage in detail.view.stages:
        yield _stage(stage, stage.detail or _hosts_of(detail, stage), now)
        if stage.position in questions:
            yield f"      {_answers(questions[stage.position])}"


def _hosts_of(detail: Detail, stage: Stage) -> str:
    if stage.state is not StageState.PENDING:
        return ""
    batch = batch_of(detail.view.deploy.plan, stage)
    return stage_detail(stage, detail.view.hosts, batch).replace("\n", ", ")


def _stage(stage: Stage, words: str, now: datetime) -> str:
    """`✓ *Preflight* · 14:02:11 · 2.1 s · 4 hosts ready`."""
    parts = [f"{MARKS[stage.state]} *{stage.name}*"]
    if stage.started_at:
        span = (stage.finished_at or now) - stage.started_at
        parts += [date(stage.started_at), duration(span) if stage.finished_at else f"for {duration(span)} so far"]
    return " · ".join([*parts, *([cut(words, WORDS)] if words else [])])


def _answers(question: Approval) -> str:
    """Who said what to the question of that stage."""
    asked = f"asked at {date(question.asked_at)}"
    yes = f"approved by {votes(question)}" if question.voters else ""
    needed = f"{len(question.voters)} of {count(question.needed, 'approval')}" if question.needed > 1 else ""
    end = f" at {date(question.decided_at)}" if question.decided_at else ""
    decided = {
        Decision.OPEN: f"open until {date(question.expires_at)}",
        Decision.PROMOTED: f"promoted{end}",
        Decision.ABORTED: f"aborted by {user(question.decided_by)}{end}" if question.decided_by else f"aborted{end}",
        Decision.EXPIRED: f"expired{end}",
    }[question.decision]
    return " · ".join(filter(None, (asked, needed, yes, decided)))


def _sections(lines: Iterator[str]) -> list[str]:
    """As few texts as hold them."""
    texts = [""]
    for line in lines:
        if len(texts[-1]) + len(line) + 1 > SECTION:
            texts.append("")
        texts[-1] += f"{line}\n"
    if len(texts) > MOST:
        return [
            *texts[: MOST - 1],
            f"… and {count(sum(text.count(chr(10)) for text in texts[MOST - 1 :]), 'more line')}",
        ]
    return [text for text in texts if text]


def _ways_on(detail: Detail, start: int) -> list[Block]:
    """To the other hosts, and to how it stands now."""
    number, most = detail.view.deploy.id, len(detail.view.hosts)
    firsts: Sequence[int] = [first for first in (start - PAGE, start + PAGE) if 0 <= first < most]
    found = [
        button(f"Hosts {first + 1:,}–{min(first + PAGE, most):,}", f"{LEAF}.{first}", leaf_value(number, first))
        for first in firsts
    ]
    if detail.view.deploy.state is DeployState.RUNNING:
        found.append(button("Look again", REFRESH, leaf_value(number, start)))
    return [actions(*found)] if found else []


def leaf_value(number: int, start: int) -> str:
    return f"{number}:{start}"


def read_leaf(value: str) -> tuple[str, int]:
    """The deploy's number as it stands there, and the first host."""
    number, _, start = value.partition(":")
    return number, int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 0
