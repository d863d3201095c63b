"""What the orchestrator says beside its acts: that it stands still, and that few hosts are far busier than the rest."""

from datetime import datetime, timedelta

from bot.fleet.scale import Scale
from bot.messages.blocks import content, section
from bot.messages.scale_words import hot_words, load_words
from bot.messages.words import date, duration, escape, listing
from bot.model import Content, Target
from bot.scaling import Decision, Load


def standing_still(target: Target, why: str, since: datetime) -> Content:
    """`why` is plain text."""
    line = f":warning: {escape(str(target))}: the rules cannot decide since {date(since)}. Its number of hosts stays."
    meanwhile = f"`/scale {target.service} in {target.environment} NUMBER`"
    how = f"They decide again by themselves once that is mended. Meanwhile a person can: {meanwhile}."
    return content(line, [section(line), section(f"{escape(why)}\n{how}")])


def deciding_again(target: Target, lasted: timedelta) -> Content:
    line = f":white_check_mark: {escape(str(target))}: the rules decide again, after {duration(lasted)}."
    return content(line, [section(line)])


def lopsided_message(target: Target, decision: Decision, policy: Scale, loads: tuple[Load, ...]) -> Content:
    """The combined number is calm, and some hosts are not."""
    hot = [load.host for load in loads if load.cpu is not None and load.cpu > policy.hot.cpu]
    line = f":warning: {escape(str(target))}: {hot_words(decision.seen, policy)}, which the rest hides"
    seen = f"{load_words(decision.seen, policy)}. Hot: {listing([escape(name) for name in hot])}."
    act = "One host more is wanted for it." if policy.hot.act else "Nothing is done about it: `hot: {act: true}` would."
    return content(line, [section(f"{line}."), section(f"{seen} {act}")])
