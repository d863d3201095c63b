"""App Home: the same table as /status, kept as fresh as its last opening."""

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.messages.commands import prefixed_view
from bot.messages.home import home_view
from bot.refusals import Refusal
from handlers.office import Office
from handlers.reply import asked, refused


def register(app: App, office: Office) -> None:
    @app.event("app_home_opened")
    def opened(event: dict[str, Any], client: WebClient) -> None:
        if event.get("tab") == "messages":
            return
        seen = asked(office.board.home)
        view = home_view(refused(office, seen) if isinstance(seen, Refusal) else seen)
        client.views_publish(user_id=event["user"], view=prefixed_view(view, office.prefix))
