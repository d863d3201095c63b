"""The question to people within a deploy's message, and what a click is answered."""

from collections.abc import Mapping
from itertools import zip_longest

from bot.messages.blocks import Block, actions, button, confirm, content, context, section
from bot.messages.words import count, date, escape, listing, mention, user
from bot.model import Content, StageState
from bot.records import Approval, Decision, DeployView, Plan, StageKind

PROMOTE, PROMOTE_ANYWAY, ABORT = "deploy.promote", "deploy.promote_anyway", "deploy.abort"


def waits_for(view: DeployView) -> str:
    """`@leads, until 14:32`, and who said yes already."""
    question = view.approval
    if question is None:
        return ""
    who = listing([_name(one) for one in view.approvers]) or "anybody"
    parts = [f"{who}, until {date(question.expires_at, '{time}')}"]
    if question.needed > 1:
        parts.append(f"{len(question.voters)} of {count(question.needed, 'approval')}")
    if question.voters:
        parts.append(f"approved by {votes(question)}")
    return " · ".join(parts)


def votes(question: Approval) -> str:
    """Who said yes, and why where they had to say: `@ana: latency was the load test`."""
    yes = [
        f"{user(voter)}: {escape(reason)}" if reason else user(voter)
        for voter, reason in zip_longest(question.voters, question.reasons)
    ]
    return ("; " if any(question.reasons) else ", ").join(yes)


def question_blocks(view: DeployView) -> list[Block]:
    """The buttons, while the question is open."""
    question, deploy = view.approval, view.deploy
    if question is None or question.decision is not Decision.OPEN or deploy.finished_at:
        return []
    value = f"{deploy.id}:{question.position}:{question.plan_hash}".removesuffix(":")
    release, before = deploy.release.name, _before_all(deploy.plan, question.position)
    go_on = confirm(f"Promote {release}?", _what_follows(deploy.plan, before), "Promote")
    back = deploy.plan.fallback.name if deploy.plan.fallback else "what ran before"
    undone = "Nothing was changed yet." if before else f"The canary goes back to {escape(back)}."
    stop = confirm(f"Abort deploy {deploy.id}?", undone, "Abort", "danger")
    promote = button(f"Promote {release}", PROMOTE, value, "primary", go_on)
    if question.unclear:
        promote = button(f"Promote {release} anyway…", PROMOTE_ANYWAY, value)
    return [actions(promote, button("Abort", ABORT, value, "danger", stop))]


def _what_follows(plan: Plan, before: bool) -> str:
    if plan.handed:
        return f"It goes on to {'all' if before else 'the rest'} of {listing(plan.hosts)}."
    left = count(sum(len(batch) for batch in plan.batches[0 if before else 1 :]), "host")
    return f"It goes on to {left if before else f'the other {left}'} of {plan.target.environment}."


def _before_all(plan: Plan, position: int) -> bool:
    """Whether people are asked before any host is changed."""
    return not any(stage.kind in (StageKind.BATCH, StageKind.ROLLOUT) for stage in plan.stages[:position])


def is_asking(view: DeployView, position: int) -> bool:
    """Whether this stage is the one that waits for people."""
    question = view.approval
    asking = question is not None and question.position == position and question.decision is Decision.OPEN
    return asking and view.stages[position].state is StageState.IN_PROGRESS


def ask_message(view: DeployView, groups: Mapping[str, str]) -> Content:
    """Said once in the thread: it pings who is asked. `groups` maps handles to ids."""
    who = ", ".join(mention(one, groups) for one in view.approvers) or "Anybody"
    deploy, question = view.deploy, view.approval
    until = f", until {date(question.expires_at, '{time}')}" if question else ""
    anyway = " anyway, with a reason" if question and question.unclear else ""
    line = f"{who}: deploy {deploy.id} waits for approval to promote {escape(deploy.release.name)}{anyway}{until}"
    return content(line, [section(line), *evidence_blocks(view)])


def evidence_blocks(view: DeployView) -> list[Block]:
    """What watching the canary showed: people decide on that."""
    before = view.approval.position - 1 if view.approval else -1
    if before < 0 or view.deploy.plan.stages[before].kind is not StageKind.BAKE:
        return []
    stage = view.stages[before]
    return [context(f"{stage.name}: {stage.detail}")]


def counted_message(question: Approval) -> Content:
    """What the clicker sees when the click counted."""
    if question.decision is Decision.ABORTED:
        line = f"Deploy {question.deploy} is aborted: what it changed goes back."
    elif question.decision is Decision.PROMOTED:
        line = f"Deploy {question.deploy} goes on."
    else:
        left = question.needed - len(question.voters)
        line = f"Your approval of deploy {question.deploy} counts; {count(left, 'more is', 'more are')} needed."
    return content(line, [section(line)])


def _name(one: str) -> str:
    return escape(one) if one.startswith("@") else user(one)
