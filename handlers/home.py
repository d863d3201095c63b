"""App Home: what waits for whoever opens it, and the table of /status, as fresh as that opening."""

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.errands import Errands
from bot.messages.commands import prefixed_view
from bot.messages.home import home_view
from bot.refusals import Refusal
from bot.standing import Overview
from handlers.office import Office
from handlers.reply import asked, refused


def register(app: App, office: Office) -> None:
    @app.event("app_home_opened")
    def opened(event: dict[str, Any], client: WebClient) -> None:
        if event.get("tab") == "messages":
            return
        user = event["user"]
        seen = asked(lambda: (office.board.home(), office.errands.of(user)))
        client.views_publish(user_id=user, view=prefixed_view(_view(office, seen), office.prefix))


def _view(office: Office, seen: tuple[Overview, Errands] | Refusal) -> dict[str, Any]:
    if isinstance(seen, Refusal):
        return home_view(refused(office, seen), Errands(), "")
    overview, errands = seen
    return home_view(overview, errands, office.fleet().channels.deploys)
