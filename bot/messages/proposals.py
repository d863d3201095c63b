"""A plan that waits for a confirming click: seen by the asker alone, and what the clicks are answered."""

from bot.drafts import Draft, Fate
from bot.messages.blocks import Block, actions, button, content, context, section
from bot.messages.deploy import title
from bot.messages.doubts import doubt_words
from bot.messages.preview import plan_blocks, what
from bot.messages.words import date, escape, typed, user
from bot.model import Content, DeployKind
from bot.proposals import Proposal
from bot.records import Plan
from bot.refusals import Reason, Refusal

CONFIRM, CANCEL = "proposal.confirm", "proposal.cancel"


def proposal_message(proposal: Proposal) -> Content:
    plan, draft = proposal.preview.plan, proposal.draft
    verb = "Roll back" if plan.kind is DeployKind.ROLLBACK else "Deploy"
    line = f"{verb} {what(plan)}? Nothing has moved yet."
    blocks = [section(f"*{line}*"), *_changed(proposal)]
    blocks.append(section("\n".join(doubt_words(doubt, plan) for doubt in proposal.asks)))
    blocks += plan_blocks(proposal.preview)
    until = date(draft.expires_at, "{time}")
    blocks += [_buttons(draft, plan), context(f"It is planned again at the click, which counts until {until}.")]
    return content(line, blocks)


def _changed(proposal: Proposal) -> list[Block]:
    if not proposal.changed:
        return []
    rows = [f"• {one.what}: {escape(one.before)} → {escape(one.after)}" for one in proposal.changed]
    return [section("\n".join(["*Changed since you were asked:*", *rows]))]


def _buttons(draft: Draft, plan: Plan) -> Block:
    value = f"{draft.id}:{draft.plan_hash}"
    back = plan.kind is DeployKind.ROLLBACK
    words = f"Roll back to {plan.release.name}" if back else f"Deploy {plan.release.name} to {plan.target.environment}"
    style = "danger" if plan.irreversible else "primary"
    return actions(button(words, CONFIRM, value, style), button("Cancel", CANCEL, value))


def cancelled_message(draft: Draft) -> Content:
    line = f"Cancelled: {typed('/deploy', draft.command)} was not begun, nothing has moved."
    return content(line, [section(line)])


def click_words(refusal: Refusal) -> tuple[str, str] | None:
    """(what stands in the way, the way out) of a click on a proposal; None for a refusal of another kind."""
    draft = refusal.proposal
    again = f"Type it again: {typed('/deploy', draft.command)}" if draft else "Type the command again."
    return {
        Reason.UNKNOWN_PROPOSAL: ("What that button belonged to is no longer known.", "Type the command again."),
        Reason.NOT_YOURS: ("Only who asked for it can begin it.", again),
        Reason.USED: (_used(refusal), "Its message says how it goes." if refusal.deploy else again),
        Reason.STALE: ("Too late: what was shown is not sure to be so any more. Nothing was begun.", again),
        Reason.REF_GONE: _ref_gone(refusal),
        Reason.BLIND: (
            f"I cannot see now ({escape(refusal.detail)}): nothing begins by itself until I can.",
            f"Type it without `--wait` to be asked about it: {typed('/deploy', refusal.name)}",
        ),
        Reason.TO_CONFIRM: (
            "Its turn came, and it asks for a confirming click, which nobody can give in line.",
            f"Ask again to be shown its plan, and confirm it: {typed('/deploy', refusal.name)}",
        ),
    }.get(refusal.reason)


def _used(refusal: Refusal) -> str:
    draft, deploy = refusal.proposal, refusal.deploy
    if deploy:
        return f"{title(deploy)} was begun by that button already."
    if draft and draft.fate is Fate.CANCELLED:
        return f"{user(draft.asker)} cancelled it; nothing was begun."
    return "That plan has changed since: a newer one was shown in its place."


def _ref_gone(refusal: Refusal) -> tuple[str, str]:
    near = f" Did you mean {' or '.join(f'`{escape(name)}`' for name in refusal.near)}?" if refusal.near else ""
    gone = f"`{escape(refusal.name)}` was there when the plan was shown, and is gone now.{near} Nothing was begun."
    place = refusal.target
    exact = f"`/deploy {place.service}@{refusal.detail} to {place.environment}`" if place else "the commit"
    return gone, f"If that very commit is meant: {exact}"
