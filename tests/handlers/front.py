"""The bot's handlers before the engine of tests/engine/line.py, spoken to by people in the sandbox's workspace."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from bot.app.assembly import open_office
from bot.engine.audit import Audit
from bot.engine.people import People
from bot.fleet import Fleet
from bot.manifest import manifest
from bot.sandbox.slack.server import Seed, Server
from handlers import COMMANDS, register
from tests.engine.line import Line, line_on
from tests.sandbox.slack.apps import bolt_app, by_socket
from tests.waiting import eventually
from tests.workspace import port_to


class Front:
    """Nothing is posted in channels here: the outbox has no one who delivers. Answers and modals are real."""

    def __init__(self, line: Line, server: Server) -> None:
        self.line, self.server = line, server
        server.register(manifest(COMMANDS))
        self.app = bolt_app(server)
        people = People(port_to(server), line.clock)
        self.office = open_office(line.engine, Audit(line.db, line.clock), people, "")
        register(self.app, self.office)

    def private(self, user: str) -> list[dict[str, Any]]:
        """What only this person sees in #deploys."""
        return [one for one in self.server.messages("deploys", user=user) if one.get("ephemeral")]

    def answer(self, user: str, text: str, command: str = "/deploy") -> dict[str, Any]:
        """The answer to `/deploy text`, or to another command."""
        before = len(self.private(user))
        assert self.server.command(user, command, text).error is None
        return self.one(lambda: self.private(user)[before:])

    def modal(self, user: str) -> dict[str, Any]:
        """The modal in front, once there is one."""
        return self.one(lambda: self.server.modals(user)[-1:])

    def people_see(self, view: dict[str, Any], action: str, typed: str) -> dict[str, list[str]]:
        """The lines of a menu with type-ahead, by their headings."""
        groups = self.server.suggested("ana", view, action, typed).get("option_groups", [])
        return {group["label"]["text"]: [one["text"]["text"] for one in group["options"]] for group in groups}

    def one(self, look: Callable[[], list[dict[str, Any]]]) -> dict[str, Any]:
        found: dict[str, Any] = eventually(look)[0]
        return found


def posted(front: Front, key: str) -> Any:
    """The bot's message of that key as it is now, put into the channel as the outbox would."""
    text = front.line.messages()[key]
    front.app.client.chat_postMessage(channel="#deploys", text=text, blocks=front.line.blocks(key))
    return [one for one in front.server.messages("deploys") if not one.get("ephemeral")][-1]


@contextmanager
def front_on(directory: Path, fleet: Fleet | None = None) -> Iterator[Front]:
    with line_on(directory, fleet) as line, before(line, Front) as made:
        yield made


F = TypeVar("F", bound=Front)


@contextmanager
def before(line: Line, kind: type[F]) -> Iterator[F]:
    server = Server(Seed.demo())
    server.start()
    try:
        made = kind(line, server)
        with by_socket(server, made.app):
            yield made
    finally:
        server.stop()
