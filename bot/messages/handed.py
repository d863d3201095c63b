"""What a system does that brings releases by itself, in a deploy's message and its plan."""

from bot.managed import ManagedFacts
from bot.messages.words import count, escape, listing
from bot.model import HostState, short
from bot.records import Deploy, HostLine, Plan


def standing_words(deploy: Deploy, facts: ManagedFacts) -> str:
    """`runs 9f86d0819f86 in 4 parts`, and what is not as it should be there."""
    runs = f"runs {short(facts.current)}" if facts.current else "runs nothing of ours yet"
    parts = f" in {count(facts.parts, 'part')}" if facts.parts else ""
    drift = f" · :warning: {escape(listing(list(facts.drift)))}" if facts.drift else ""
    fallback = deploy.plan.fallback
    if facts.current and fallback and facts.current != fallback.sha:
        drift += f" · :warning: not {escape(fallback.name)}, which was deployed last"
    return f"{runs}{parts}{drift}"


def ended_words(line: HostLine) -> str:
    """How a rollout ended that did not succeed; plain."""
    if line.state is HostState.RESTORED:
        return f"{line.detail or 'it did not succeed'}; it went back by itself"
    return line.detail or str(line.state)


def does_words(plan: Plan) -> str:
    """What the system would change; empty where that is not known, or the plan is for hosts."""
    if plan.handed is None or not plan.handed.does:
        return ""
    return "\n".join(["*Changes*", *(f"• {escape(one)}" for one in plan.handed.does)])
