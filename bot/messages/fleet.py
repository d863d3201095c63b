"""What is said of the fleet file itself."""

from collections.abc import Sequence
from datetime import timedelta

from bot.errors import Problem
from bot.messages.blocks import content, section
from bot.messages.words import count, duration, escape
from bot.model import Content

MOST = 10


def fleet_broken(name: str, problems: Sequence[Problem]) -> Content:
    many = count(len(problems), "problem")
    line = f":warning: {escape(name)} does not load: {many}. The last one that did stays in force."
    told = "\n".join(f"• {escape(str(problem))}" for problem in problems[:MOST])
    more = f"\nand {len(problems) - MOST} more" if len(problems) > MOST else ""
    way_out = "Mend the file, and it is taken within seconds; `python -m bot check` shows all of it."
    return content(line, [section(line), section(told + more), section(way_out)])


def fleet_mended(name: str, after: timedelta) -> Content:
    line = f":white_check_mark: {escape(name)} loads again, and is in force. It did not for {duration(after)}."
    return content(line, [section(line)])
