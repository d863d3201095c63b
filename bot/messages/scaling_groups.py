"""What is said of Auto Scaling groups that a deploy had to hold still."""

from collections.abc import Sequence

from bot.cloud import ScalingGroup
from bot.messages.blocks import section
from bot.messages.parcel import content
from bot.messages.words import escape, listing
from bot.model import Content


def still_held(group: ScalingGroup, processes: Sequence[str], why: str) -> Content:
    """Said once in the thread of the deploy that held it."""
    line = f"Auto Scaling group {escape(group.name)} is still held: {listing(list(processes))} could not be resumed"
    how = "Pointsman tries again every 30 s. Where it is urgent, resume them in AWS."
    return content(line, [section(f"*{line}*"), section(f"{escape(why)}\n{how}")])


def goes_again(group: ScalingGroup) -> Content:
    line = f"Auto Scaling group {escape(group.name)} is no longer held: it does all by itself again"
    return content(line, [section(line)])


def left_in_standby(group: ScalingGroup, names: Sequence[str]) -> Content:
    """Said once in the thread of the deploy that put them there."""
    verb = "stays" if len(names) == 1 else "stay"
    line = f"{listing(list(names))} {verb} in standby of the Auto Scaling group {escape(group.name)}: not well"
    way_out = "A deploy that finds an instance well takes it back; or end it in AWS, and the group makes another one."
    return content(line, [section(f"*{line}*"), section(way_out)])
