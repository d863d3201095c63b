"""What is said of hosts that cannot be looked for."""

from datetime import datetime, timedelta

from bot.messages.blocks import content, section
from bot.messages.words import count, date, duration, escape
from bot.model import Content, Target


def not_found(target: Target, error: str, since: datetime, known: int) -> Content:
    stay = "stays" if known == 1 else "stay"
    stays = (
        f"The {count(known, 'host')} found last {stay} in use." if known else "None is known yet: nothing is deployed."
    )
    how = "They are looked for again every 30 s: mend that, and nothing else is to be done."
    line = f":warning: The hosts of {escape(str(target))} cannot be looked for since {date(since)}. {stays}"
    return content(line, [section(line), section(f"{escape(error)}\n{how}")])


def found_again(target: Target, lasted: timedelta) -> Content:
    line = f":white_check_mark: The hosts of {escape(str(target))} are looked for again, after {duration(lasted)}."
    return content(line, [section(line)])
