"""What a rule saw and wanted, and why no more or no fewer, in words. Pure."""

from bot.fleet.scale import Pace, Scale
from bot.messages.words import count, duration
from bot.scaling import Decision, Rule, Seen, Why

CALLED = {"median": "median", "mean": "mean", "max": "highest"}


def seen_words(decision: Decision, policy: Scale) -> str:
    """`median CPU 83 % on 4 warm hosts over 2 min (target 60 %)`"""
    limits = {Rule.FLOOR: f"{decision.least} is the least", Rule.CEILING: f"{decision.most} is the most"}
    return limits.get(decision.rule) or f"{load_words(decision.seen, policy)}{_line(decision, policy)}"


def load_words(seen: Seen, policy: Scale) -> str:
    """What was read, without a rule."""
    if seen.cpu is None:
        return "no host tells its CPU"
    hosts = count(seen.told, "warm host")
    silent = f", {seen.missing} more {'tells' if seen.missing == 1 else 'tell'} none" if seen.missing else ""
    return f"{CALLED[policy.of]} CPU {cpu(seen.cpu)} on {hosts} over {duration(policy.over)}{silent}"


def _line(decision: Decision, policy: Scale) -> str:
    if decision.rule is Rule.HOT:
        return f" · {hot_words(decision.seen, policy)}"
    if decision.rule is Rule.STEP:
        return f" ({_step(decision, policy)})"
    return f" (target {policy.target_cpu:g} %)" if policy.target_cpu is not None else ""


def _step(decision: Decision, policy: Scale) -> str:
    grown = decision.wish - decision.before
    for rule in policy.steps:
        if rule.add == grown and rule.above is not None:
            return f"above {rule.above:g} %: {rule.add} more"
        if rule.remove == -grown and rule.below is not None:
            return f"below {rule.below:g} %: {rule.remove} fewer"
    return "by step"


def hot_words(seen: Seen, policy: Scale) -> str:
    """`2 of 6 hosts above 90 %`"""
    return f"{seen.hot} of {count(seen.told, 'host')} above {policy.hot.cpu:g} %"


def limit_words(decision: Decision, policy: Scale) -> str:
    """Why it goes no further, or stays; empty when it goes as far as was wanted."""
    wish = _wish(decision)
    return {
        Why.DONE: "",
        Why.ENOUGH: "nothing else is wanted",
        Why.NO_DATA: "no host tells its CPU: nothing is done until one does",
        Why.HELD: "the number is held",
        Why.DEPLOYING: f"{wish}; no host is taken away during a deploy",
        Why.INCIDENT: f"{wish}; no host is taken away while an incident is open",
        Why.WARMING: f"{wish}; no host is taken away while one warms up",
        Why.COOLING: f"{wish}; no host is taken away within {duration(policy.cooldown)} of a change",
        Why.STEADYING: f"{wish}; {_steadying(decision, policy)}",
        Why.REFUSED: f"{wish}; the cloud refused it a moment ago, and is asked again a little later",
        Why.LIMIT: f"{wish}; {_pace(policy.out if _grows(decision) else policy.down)} is the limit",
        Why.MOST: f"{wish}; {decision.most} is the most",
        Why.LEAST: f"{wish}; {decision.least} is the least",
        Why.ONLY_HOST: f"{wish}; no release loses its only host",
    }[decision.why]


def _grows(decision: Decision) -> bool:
    return decision.wish > decision.before


def _wish(decision: Decision) -> str:
    return f"{decision.wish} would be needed" if _grows(decision) else f"{decision.wish} would do"


def _steadying(decision: Decision, policy: Scale) -> str:
    span = duration((policy.out if _grows(decision) else policy.down).after)
    return f"fewer were wanted within {span}" if _grows(decision) else f"more were wanted within {span}"


def _pace(pace: Pace) -> str:
    hosts = count(pace.at_most, "host") if isinstance(pace.at_most, int) else f"{pace.at_most} of the hosts"
    return f"{hosts} per {duration(pace.every)}"


def cpu(percent: float) -> str:
    """`83 %`, `8.3 %`: no more digits than say something."""
    return f"{percent:.0f} %" if percent >= 10 else f"{percent:.1f} %".replace(".0 %", " %")
