"""A change of a number of hosts: its one message, what whoever asked sees, and the question before it."""

from collections.abc import Iterator
from datetime import timedelta

from bot.messages.blocks import Block, actions, button, confirm, content, context, section
from bot.messages.words import count, date, duration, escape, listing, user
from bot.model import Content, Target
from bot.scales import Grip, Outlook, ScaleView, Scaling, Stand

CONFIRM, CANCEL, REPLACE = "scale.confirm", "scale.cancel", "scale.replace"
UNDO, HOLD, AUTO = "scale.undo", "scale.hold", "scale.auto"
MOMENT = "{date_short_pretty} {time}"
NAMED = 10  # hosts that go
EMOJI = {Stand.RUNNING: ":hourglass_flowing_sand:", Stand.DONE: ":white_check_mark:", Stand.SHORT: ":warning:"}


def scale_message(view: ScaleView) -> Content:
    """`shop · production 4 → 5 hosts · median CPU 83 % …`, edited in place until all of them are well."""
    act = view.scaling
    line = f"{_place(act.target)} {step_words(act)} · {_asked(act)}"
    rows = [section(f"{EMOJI.get(act.stand, '')} *{line}*"), section(" · ".join(_second(act)))]
    if small := list(_small(view)):
        rows.append(context(*small))
    buttons = list(_buttons(view))
    return content(line, [*rows, actions(*buttons)] if buttons else rows)


def step_words(act: Scaling) -> str:
    """`4 → 5 hosts`, or `i-0abc is replaced`"""
    if act.replaces:
        return f"{escape(act.replaces)} is replaced"
    return f"{act.before} → {count(act.after, 'host')}"


def relief_words(act: Scaling) -> str:
    """For the alert that it began from: `scaling 4 → 5 hosts, asked by @ana`, or `replacing web2, …`."""
    what = f"replacing {escape(act.replaces)}" if act.replaces else f"scaling {step_words(act)}"
    return f"{what}, {'by itself' if act.by_itself else f'asked by {user(act.requester)}'}"


def relieved_words(act: Scaling, done: bool, result: str) -> str:
    """For the same alert once it has ended: `replaced web2, asked by @ana`, or how far it came."""
    by = f"asked by {user(act.requester)}"
    did, doing = ("replaced", "replacing") if act.replaces else ("scaled", "scaling")
    what = escape(act.replaces) if act.replaces else step_words(act)
    return f"{did} {what}, {by}" if done else f"{doing} {what} stopped short, {by}: {result}"


def _asked(act: Scaling) -> str:
    by = "" if act.by_itself else f"asked by {user(act.requester)}"
    if act.undoes is not None:
        by = f"{user(act.requester)} took the last change back"
    return " · ".join(filter(None, (act.seen, by)))


def _second(act: Scaling) -> Iterator[str]:
    if act.limit:
        yield act.limit
    if act.stand is Stand.RUNNING:
        yield _progress(act)
    elif act.result:
        yield act.result


def _progress(act: Scaling) -> str:
    if act.well is None:
        return "asking the cloud"
    return healthy_words(act.well, act.after)


def healthy_words(well: int, wanted: int) -> str:
    return f"{well} of {wanted} healthy"


def _small(view: ScaleView) -> Iterator[str]:
    act, grip = view.scaling, view.grip
    if act.leave and not act.replaces:
        yield f"going: {listing([escape(name) for name in act.leave], NAMED)}"
    if act.cost is not None:
        yield cost_words(act.before, act.after, act.cost)
    if grip and grip.ended_at is None:
        back = f"`/scale {act.target.service} in {act.target.environment} auto` gives it back to the rules"
        yield f"the rules leave this number alone until {date(grip.until, MOMENT)}; {back}"


def cost_words(before: int, after: int, cost: float) -> str:
    """`costs 0.38 → 0.48 an hour`, in the currency of the fleet file's `cost_per_hour`; once where it stays so."""
    then = f" → {_money(after * cost)}" if after != before else ""
    return f"costs {_money(before * cost)}{then} an hour"


def _money(amount: float) -> str:
    return f"{amount:,.2f}"


def _buttons(view: ScaleView) -> Iterator[Block]:
    act = view.scaling
    ended = act.stand in (Stand.DONE, Stand.SHORT)
    changed = act.before != (act.after if act.reached is None else act.reached)
    if view.last and ended and changed:
        yield undo_button(act)
    if view.last and view.ruled and (view.grip is None or view.grip.ended_at):
        yield hold_button(act.target)


def undo_button(act: Scaling) -> Block:
    back = f"Brings {_place(act.target)} back to {count(act.before, 'host')}, and holds that for an hour."
    question = confirm("Undo?", back, f"Back to {act.before}", "danger")
    return button(f"Undo: back to {act.before}", UNDO, str(act.id), None, question)


def hold_button(target: Target) -> Block:
    return button("Hold 1 h", HOLD, f"{target.service}:{target.environment}")


def read_place(value: str) -> Target:
    """Of a Hold or an Auto button."""
    service, _, environment = value.partition(":")
    return Target(service, environment)


def began_message(act: Scaling, channel: str) -> Content:
    """What whoever asked sees."""
    if act.replaces:
        line = f"{_place(act.target)}: {step_words(act)} by a new one; {channel} shows how."
        return content(line, [section(line)])
    line = f"{_place(act.target)} goes from {act.before} to {count(act.after, 'host')}; {channel} shows how."
    return content(line, [section(line)])


def asking_message(act: Scaling, lasts: timedelta) -> Content:
    """Shown to the asker alone: nothing has moved yet."""
    until = date(act.created_at + lasts, "{time}")
    line = f"{_place(act.target)}: {step_words(act)}? Nothing has moved yet."
    if act.replaces:
        return _asking_to_replace(act, until)
    value, verb = str(act.id), "Remove" if act.shrinks else "Add"
    words = f"{verb} {count(abs(act.after - act.before), 'host')}"
    buttons = actions(
        button(words, CONFIRM, value, "danger" if act.shrinks else "primary"), button("Cancel", CANCEL, value)
    )
    only = f"only while it has {count(act.before, 'host')}"
    small = [*_small(ScaleView(act)), f"The click counts until {until}, and {only}."]
    why = [section(f":warning: {act.seen}: whether {_place(act.target)} is well is not known.")] if act.seen else []
    return content(line, [section(f"*{line}*"), *why, buttons, context(*small)])


def _asking_to_replace(act: Scaling, until: str) -> Content:
    name, value = escape(act.replaces), str(act.id)
    line = f"{_place(act.target)}: {name} is ended, and a new one takes its place? Nothing has moved yet."
    buttons = actions(button(f"Replace {name}", REPLACE, value, "danger"), button("Cancel", CANCEL, value))
    why = [section(f":warning: {act.seen}: whether {name} is well is not known.")] if act.seen else []
    return content(line, [section(f"*{line}*"), *why, buttons, context(f"The click counts until {until}.")])


def cancelled_message(act: Scaling) -> Content:
    if act.replaces:
        line = f"Cancelled: {escape(act.replaces)} of {_place(act.target)} stays."
        return content(line, [section(line)])
    line = f"Cancelled: {_place(act.target)} stays at {count(act.before, 'host')}."
    return content(line, [section(line)])


def grip_message(grip: Grip) -> Content:
    """In the channel; edited in place when it ends."""
    place = _place(grip.target)
    if grip.ended_at is None:
        line = f":pushpin: {place} · its number of hosts is held by {user(grip.by)} until {date(grip.until, MOMENT)}"
        return content(line, [section(f"*{line}*"), actions(auto_button(grip.target))])
    how = f"given back by {user(grip.ended_by)}" if grip.ended_by else "its time is over"
    line = f":arrows_counterclockwise: {place} · the rules decide again · {how}"
    return content(line, [section(f"{line} · was held by {user(grip.by)} for {duration(grip.ended_at - grip.since)}")])


def auto_button(target: Target) -> Block:
    return button("Let the rules decide", AUTO, f"{target.service}:{target.environment}")


def held_message(grip: Grip) -> Content:
    line = f"{_place(grip.target)}: the rules leave its number alone until {date(grip.until, MOMENT)}."
    return content(line, [section(line)])


def given_back_message(target: Target) -> Content:
    line = f"{_place(target)}: the rules decide how many hosts it has."
    return content(line, [section(line)])


def outlook_message(found: Outlook) -> Content:
    """`/scale shop plan`: what would be done now, and why no more; nothing moves."""
    standing, draft = found.standing, found.draft
    here = f"{_place(found.target)}: {count(standing.desired, 'host')}, {standing.healthy} healthy"
    would = f"would go {step_words(draft)}" if draft else "stays so"
    line = f"{here} · {would}"
    why = " · ".join(filter(None, (found.seen, found.limit)))
    rows = [section(f"*{line}*"), *([section(why)] if why else [])]
    return content(line, [*rows, context(*_around(found))])


def _around(found: Outlook) -> Iterator[str]:
    if found.running:
        yield f"{step_words(found.running)} is on its way"
    yield f"limits: {found.least} to {found.most}"
    if found.draft and found.draft.leave:
        yield f"would go: {listing([escape(name) for name in found.draft.leave], NAMED)}"
    if found.cost is not None:
        after = found.draft.after if found.draft else found.standing.desired
        yield cost_words(found.standing.desired, after, found.cost)
    if found.grip:
        yield f"held by {user(found.grip.by)} until {date(found.grip.until, MOMENT)}"
    yield from found.standing.notes[:2]


def _place(target: Target) -> str:
    return escape(str(target))
