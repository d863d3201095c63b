"""What changed last before something went down: the first question of everybody who is paged. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LATELY = timedelta(hours=24)
BESIDES = 2  # further ones that are named


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done at a target. `text` is mrkdwn and holds its verb (`deploy 41 by <@U1> ended`); `at` is
    when it took effect. `alters`: what runs there, or how it is asked; a lock, a freeze or a silence only says that
    somebody is at work.
    """

    text: str
    at: datetime
    alters: bool = True


def last_changes(deeds: Iterable[Deed], first_failure: datetime) -> tuple[Deed, ...]:
    """The newest one before the first failure, then what else was done in the 24 h before it, newest first.

    What came after the first failure is somebody's answer to it. What alters nothing stands first only where nothing
    was altered within that time.
    """
    before = sorted((deed for deed in deeds if deed.at <= first_failure), key=lambda deed: deed.at, reverse=True)
    lately = [deed for deed in before if first_failure - deed.at <= LATELY]
    altering = [deed for deed in before if deed.alters]
    lead = next((deed for deed in lately if deed.alters), None) or next(iter([*lately, *altering]), None)
    if lead is None:
        return ()
    return (lead, *[deed for deed in lately if deed is not lead][:BESIDES])
