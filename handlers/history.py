"""/deploy history: page by page, in the place of the first answer."""

import re
from typing import Any

from slack_bolt import Ack, App, Respond

from bot.archive import Leaf
from bot.messages.history import NEWER, OLDER, history_message, read_leaf
from bot.model import Content
from bot.refusals import Reason, Refusal
from handlers.office import Office
from handlers.reply import asked, refused, reply


def register(app: App, office: Office) -> None:
    @app.action(re.compile(f"^({re.escape(OLDER)}|{re.escape(NEWER)})$"))
    def turn(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        leaf = read_leaf(str(body["actions"][0].get("value", "")))
        if leaf is None:
            reply(office, respond, refused(office, Refusal(Reason.OVER, detail="there is no such page")))
        else:
            reply(office, respond, answer(office, leaf), instead=True)


def answer(office: Office, leaf: Leaf) -> Content:
    past = asked(lambda: office.archive.page(leaf))
    return refused(office, past) if isinstance(past, Refusal) else history_message(past, office.clock.now())
