"""What waits for one person, as the first part of their App Home."""

from collections.abc import Iterator
from datetime import datetime

from bot.errands import Errands
from bot.halt import Halt
from bot.holds import Lock
from bot.messages.alert import titled
from bot.messages.blocks import Block, button, context, section
from bot.messages.deploy import title
from bot.messages.words import age, count, date, escape, user
from bot.queue import Waiter
from bot.records import Approval, Deploy
from bot.watch import Alert

MOST = 10  # of all together
CLOCK, MOMENT = "{time}", "{date_short_pretty} {time}"


def errand_blocks(errands: Errands, channel: str, now: datetime) -> list[Block]:
    """The most urgent first; `channel` is where deploys are told, and so where these questions have their buttons."""
    found = list(_all(errands, channel, now))
    if not found:
        return [context("Nothing waits for you.")]
    more = [context(f"and {count(len(found) - MOST, 'thing')} more")] if len(found) > MOST else []
    return [section("*Waits for you*"), *found[:MOST], *more]


def _all(errands: Errands, channel: str, now: datetime) -> Iterator[Block]:
    yield from (_approval(deploy, question, channel) for deploy, question in errands.approvals)
    yield from (_halt(deploy, halt, channel) for deploy, halt in errands.halts)
    yield from (_outage(alert, now) for alert in errands.outages)
    yield from (_waiter(waiter) for waiter in errands.waiters)
    yield from (_lock(lock) for lock in errands.locks)


def _approval(deploy: Deploy, question: Approval, channel: str) -> Block:
    asks = (
        f"asked by {user(deploy.requester)}: promote or abort it in {channel}, until {date(question.expires_at, CLOCK)}"
    )
    return section(f"*{title(deploy)}* · {asks}", _details(deploy))


def _halt(deploy: Deploy, halt: Halt, channel: str) -> Block:
    asks = f"aborted by {user(halt.aborted_by)}: say in {channel} what follows, until {date(halt.expires_at, CLOCK)}"
    return section(f"*{title(deploy)}* · {asks}", _details(deploy))


def _details(deploy: Deploy) -> Block:
    return button("Details", "deploy.details", str(deploy.id))


def _outage(alert: Alert, now: datetime) -> Block:
    began = alert.incident.started_at
    since = f"since {date(began, MOMENT)} ({age(now - began)})"
    return section(
        f"{titled('DOWN', alert)} · {since} · you take care of it: `/status {alert.incident.target.service}`"
    )


def _waiter(waiter: Waiter) -> Block:
    return section(f"*{escape(waiter.command)}* stands in line, until {date(waiter.until, MOMENT)} at most")


def _lock(lock: Lock) -> Block:
    until = f"until {date(lock.until, MOMENT)}" if lock.until else "until you unlock it"
    way = f"`/deploy unlock {lock.scope.service or 'all'} in {lock.scope.environment}`"
    return section(f"*{lock.scope}* · locked by you, {until}: {escape(lock.reason)} · {way}")
