"""After an abort: what state each host is in, and the buttons with which people say what follows."""

from collections.abc import Sequence

from bot.halt import Choice, Halt
from bot.messages.blocks import Block, actions, button, confirm, content, context, section
from bot.messages.words import count, date, escape, listing, user
from bot.model import Content, HostState, StageState
from bot.records import Decision, DeployView, HostLine, StageKind

STOP = "deploy.stop"
BACK, RETRY, ON = "halt.back", "halt.retry", "halt.on"
CHOICES = {BACK: Choice.BACK, RETRY: Choice.RETRY, ON: Choice.ON}
NEW, OLD, UNCHANGED, UNKNOWN = "new", "old", "unchanged", "unknown"
STATES = {
    HostState.WAITING: UNCHANGED,
    HostState.READY: UNCHANGED,
    HostState.SKIPPED: UNCHANGED,
    HostState.LEFT: UNCHANGED,
    HostState.UNCHANGED: UNCHANGED,
    HostState.NEW: NEW,
    HostState.HEALTHY: NEW,
    HostState.UNHEALTHY: NEW,
    HostState.RESTORED: OLD,
}


def stop_buttons(view: DeployView) -> list[Block]:
    """The Abort button of a deploy that runs, as long as pressing it changes anything."""
    deploy = view.deploy
    asked = view.approval is not None and view.approval.decision is Decision.OPEN
    if deploy.finished_at or deploy.aborted_by or asked or view.goes_back:
        return []
    if _keeping(view):
        name = _release_before(view)
        back = confirm(f"Switch back to {name}?", "All hosts at once, with health checks.", "Switch back", "danger")
        return [button(f"Switch back to {name}", STOP, str(deploy.id), "danger", back)]
    text = "What runs on a host stops within seconds. Where a host was changed, you then choose what follows."
    question = confirm(f"Abort deploy {deploy.id}?", text, "Abort", "danger")
    return [button("Abort", STOP, str(deploy.id), "danger", question)]


def _keeping(view: DeployView) -> bool:
    """Whether the old release stands ready, and nothing else is done."""
    kinds = {stage.state: plan.kind for stage, plan in zip(view.stages, view.deploy.plan.stages, strict=False)}
    return kinds.get(StageState.IN_PROGRESS) is StageKind.KEEP


def stopping_blocks(view: DeployView) -> list[Block]:
    """That an abort is being done, until people are asked what follows."""
    deploy, asked = view.deploy, view.halt is not None and view.halt.choice is Choice.OPEN
    if deploy.finished_at or not deploy.aborted_by or asked or view.goes_back:
        return []
    return [context(f":octagonal_sign: Abort asked for by {user(deploy.aborted_by)}: what runs is being stopped.")]


def halt_blocks(view: DeployView) -> list[Block]:
    """The question with its buttons, while it is open."""
    halt = view.halt
    if halt is None or halt.choice is not Choice.OPEN or view.deploy.finished_at:
        return []
    until = f"until {date(halt.expires_at, '{time}')}; then {_default(view, halt)}"
    line = f"*Aborted by {user(halt.aborted_by)}. What now?* Answer {until}."
    buttons = [_back_button(view, halt), *_retry_button(halt), _on_button(view, halt)]
    return [section(f"{line}\n{host_states(view.hosts)}"), actions(*buttons)]


def halt_detail(view: DeployView) -> str:
    """The stage's own line, while nothing is decided."""
    halt = view.halt
    if halt is None:
        return ""
    return f"until {date(halt.expires_at, '{time}')}" if halt.choice is Choice.OPEN else choice_words(halt)


def host_states(hosts: Sequence[HostLine]) -> str:
    """`new: web1 · unchanged: web2, web3 · unknown: web4 (the connection was lost)`, in mrkdwn."""
    parts = []
    for state in (NEW, OLD, UNCHANGED, UNKNOWN):
        here = [_host(line) for line in hosts if STATES.get(line.state, UNKNOWN) == state]
        parts += [f"*{state}*: {listing(here, most=8)}"] if here else []
    return " · ".join(parts)


def _host(line: HostLine) -> str:
    """With what is wrong there."""
    said = line.state in (HostState.UNHEALTHY, HostState.UNKNOWN) and line.detail
    return f"{line.host} ({escape(line.detail[:100])})" if said else line.host


def _back_button(view: DeployView, halt: Halt) -> Block:
    if not halt.back:
        text = "Every host stays as it is, and the deploy ends as failed."
        return button("Leave it as it is", BACK, halt.button, "danger", confirm("Leave it as it is?", text, "Leave it"))
    name, hosts = _release_before(view), count(len(halt.back), "host")
    text = f"{listing(halt.back)}: {escape(name)} runs there again, with health checks."
    question = confirm(f"Roll {hosts} back to {name}?", text, "Roll back", "danger")
    return button(f"Roll {hosts} back to {name}", BACK, halt.button, "danger", question)


def _retry_button(halt: Halt) -> list[Block]:
    if not halt.unknown:
        return []
    text = f"The new release is brought to {listing(halt.unknown)} again; then you are asked once more."
    question = confirm("Try unknown hosts again?", text, "Try again")
    return [button(f"Retry {listing(halt.unknown, most=2)}", RETRY, halt.button, None, question)]


def _on_button(view: DeployView, halt: Halt) -> Block:
    stage, left = view.stages[halt.position].name, sum(line.state is not HostState.HEALTHY for line in view.hosts)
    text = f"It goes on at {stage}: {count(left, 'host')} not on {escape(view.deploy.release.name)} yet."
    question = confirm(f"Carry on with deploy {view.deploy.id}?", text, "Carry on")
    return button("Carry on", ON, halt.button, None, question)


def _default(view: DeployView, halt: Halt) -> str:
    """What follows when nobody answers."""
    if not halt.back:
        return "all stays as it is"
    return f"{count(len(halt.back), 'host goes', 'hosts go')} back to {escape(_release_before(view))}"


def _release_before(view: DeployView) -> str:
    return view.deploy.plan.fallback.name if view.deploy.plan.fallback else "what ran before"


def ask_message(view: DeployView) -> Content:
    """Said once in the thread; pings who aborted and who had asked for the deploy."""
    deploy, halt = view.deploy, view.halt
    if halt is None:
        raise ValueError(f"deploy {deploy.id} asks nothing")
    whom = " ".join(user(one) for one in dict.fromkeys((halt.aborted_by, deploy.requester)))
    until = f"until {date(halt.expires_at, '{time}')}; then {_default(view, halt)}"
    line = f"{whom}: deploy {deploy.id} is stopped. What now? Answer with the buttons of its message, {until}."
    return content(line, [section(line), context(host_states(view.hosts))])


def choice_words(halt: Halt | None) -> str:
    """`carried on by @ben`, in mrkdwn."""
    if halt is None or halt.choice is Choice.OPEN:
        return "look at the deploy's message"
    by = f" by {user(halt.chosen_by)}" if halt.chosen_by else ", since nobody chose in time"
    back = f"rolled back{by}" if halt.back else f"left as it is{by}"
    return {
        Choice.BACK: back,
        Choice.RETRY: f"trying {listing(halt.unknown)} again, asked for{by}",
        Choice.ON: f"carried on{by}",
    }[halt.choice]


def chosen_message(halt: Halt) -> Content:
    """What the clicker sees when the click counted."""
    line = f"Deploy {halt.deploy}: {choice_words(halt)}."
    return content(line, [section(line)])
