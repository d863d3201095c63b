"""A line whose production wants a confirming click, and the clicks."""

from typing import Any

from bot.fleet import Fleet
from bot.proposals import Proposal
from bot.records import Deploy
from bot.refusals import Reason, Refusal
from tests.building import fleet_of, names
from tests.engine.line import Line

ACCESS = {"production": {"confirm": True}}


def careful(hosts: int = 4, *changes: tuple[Any, Any]) -> Fleet:
    return fleet_of(names(hosts), (("access",), ACCESS), *changes)


def shown(found: object) -> Proposal:
    assert isinstance(found, Proposal), found
    return found


def reason(found: object) -> Reason:
    assert isinstance(found, Refusal), found
    return found.reason


def button(proposal: Proposal) -> str:
    return f"{proposal.draft.id}:{proposal.draft.plan_hash}"


def begun(line: Line, proposal: Proposal, user: str = "U0ANA") -> Deploy:
    found = line.engine.proposals.confirm(user, button(proposal))
    assert isinstance(found, Deploy), found
    return line.ended(found.id)
