"""The buttons of an alert: what may be done, each with the question that says what will happen."""

from collections.abc import Iterator, Sequence

from bot.messages import words
from bot.messages.blocks import Block, actions, button, confirm
from bot.model import Incident, Target
from bot.remedies import Kind, Offer
from bot.watch import Alert, Panel

ROLLBACK, RESTART, RUNBOOK = "incident.rollback", "incident.restart", "incident.runbook"
SCALE = "incident.scale"
REPLACE = "incident.replace"
ACKNOWLEDGE, SILENCE, UNSILENCE = "incident.acknowledge", "incident.silence", "incident.unsilence"
STEP = "incident.step"  # with the step's name behind it
ROW = 5  # buttons; the runbook's link may stand behind them
NAMED = 5  # hosts in a question


def rows(facts: Alert, panel: Panel, takes_care: bool = True) -> Iterator[Block]:
    """The first holds what most likely helps, and what every alert has. `takes_care`: somebody may, if nobody does."""
    number, target = str(facts.incident.id), facts.incident.target
    called = f"{target.service} " if panel.mixed else ""
    open_to_care = takes_care and facts.acknowledged_at is None
    always = [button("Acknowledge", ACKNOWLEDGE, number)] if open_to_care else []
    always.append(button("End the silence", UNSILENCE, number) if panel.silence else _silence(number, called))
    offered = [
        _offer(offer, facts.incident, at, called) for at, offer in enumerate(panel.offers if facts.offering else ())
    ]
    room = ROW - len(always)
    first, more = [*offered[:room], *always], offered[room:]
    runbook = facts.sighting.runbook
    if runbook:
        first.append(button("Runbook", RUNBOOK, number, url=runbook))
    yield actions(*first)
    if more:
        yield actions(*more)


def _silence(number: str, called: str) -> Block:
    return button(f"Silence {called}1 h", SILENCE, number)


def _offer(offer: Offer, incident: Incident, at: int, called: str) -> Block:
    """The first one stands out. `called` is the service and a space, where the message tells of several."""
    made = {
        Kind.ROLLBACK: _rollback,
        Kind.RESTART: _restart,
        Kind.REPLACE: _replace,
        Kind.SCALE: _scale,
        Kind.STEP: _step,
    }
    return made[offer.kind](offer, incident, "primary" if at == 0 else None, called)


def _rollback(offer: Offer, incident: Incident, _style: str | None, called: str) -> Block:
    question = confirm(
        f"Roll back {_words(incident.target)}?",
        f"Brings {words.escape(offer.name)} back to all hosts at once, and asks each whether it is well.",
        "Roll back",
        "danger",
    )
    return button(f"Roll back {called}to {offer.name}", ROLLBACK, str(incident.id), "danger", question)


def _restart(offer: Offer, incident: Incident, style: str | None, called: str) -> Block:
    target = incident.target
    question = confirm(
        f"Restart {_words(target)}?",
        f"Runs the restart step of {words.escape(target.service)} on {_where(offer.hosts)} now.",
        "Restart",
        "danger",
    )
    label = f"Restart {called}on {_briefly(offer.hosts)}" if offer.hosts else f"Restart {target.service}"
    return button(label, RESTART, str(incident.id), style, question)


def _replace(offer: Offer, incident: Incident, style: str | None, called: str) -> Block:
    host = offer.hosts[0]
    question = confirm(
        f"Replace {host} of {_words(incident.target)}?",
        f"Ends {words.escape(host)} once it has drained, and has the cloud make a new one in its place.",
        "Replace it",
        "danger",
    )
    return button(f"Replace {host}{_of(called)}", REPLACE, f"{incident.id}:{host}", style, question)


def _scale(_offer: Offer, incident: Incident, style: str | None, called: str) -> Block:
    question = confirm(
        f"Add a host to {_words(incident.target)}?",
        f"Asks the cloud for one host of {words.escape(incident.target.service)} more, within the limits of `scale`.",
        "Add it",
    )
    return button(f"Add 1 host{_of(called, 'to')}", SCALE, str(incident.id), style, question)


def _step(offer: Offer, incident: Incident, style: str | None, called: str) -> Block:
    target, name = incident.target, words.escape(offer.name)
    does = f"Runs {name} of {words.escape(target.service)} on {_where(offer.hosts)} now."
    asks = f"{words.escape(offer.question)}\n{does}" if offer.question else does
    question = confirm(f"Run {offer.name} for {_words(target)}?", asks, "Run it", "danger")
    label = f"Run {offer.name}{_of(called)}"
    return button(label, f"{STEP}.{offer.name}", f"{incident.id}:{offer.name}", style, question)


def _of(called: str, word: str = "of") -> str:
    return f" {word} {called.strip()}" if called else ""


def _briefly(hosts: Sequence[str]) -> str:
    return hosts[0] if len(hosts) == 1 else words.count(len(hosts), "host")


def _where(hosts: Sequence[str]) -> str:
    """`web2`, `2 hosts (web2, web3) at once`, or every host."""
    if not hosts:
        return "every host"
    names = words.listing([words.escape(host) for host in hosts], most=NAMED)
    return names if len(hosts) == 1 else f"{words.count(len(hosts), 'host')} ({names}) at once"


def _words(target: Target) -> str:
    return f"{target.service} in {target.environment}"
