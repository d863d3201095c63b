"""When an outage that nobody has acknowledged is told again. Pure."""

from datetime import datetime, timedelta

from bot.watch import Alert


def is_due(alert: Alert, every: timedelta, now: datetime) -> bool:
    """An open one that people were told of, `every` after that, and after each reminder."""
    if alert.ended or alert.acknowledged_at or alert.told_at is None:
        return False
    return now - (alert.reminded_at or alert.told_at) >= every
