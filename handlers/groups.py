"""Slack tells of changed user groups: who may do what counts from then on, not from the next minute."""

from collections.abc import Callable

from slack_bolt import Ack, App

from bot.manifest import GROUP_EVENTS
from handlers.office import Office


def register(app: App, office: Office) -> None:
    listen(app, office.forget_groups)


def listen(app: App, forget: Callable[[], None]) -> None:
    for event in GROUP_EVENTS:

        @app.event(event)
        def changed(ack: Ack) -> None:
            ack()
            forget()
