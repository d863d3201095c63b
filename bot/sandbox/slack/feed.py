"""Who wants to know what happens in the workspace: the live page, one listener per open window."""

from collections.abc import Callable

from bot.sandbox.slack.entities import Json

Listener = Callable[[Json], None]


class Feed:
    """Events for the page, sent on the server's loop. A listener is one person's window."""

    def __init__(self) -> None:
        self._listeners: list[tuple[str, Listener]] = []

    def listen(self, user: str, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every event that `user` may see; the answer stops it."""
        entry = (user, listener)
        self._listeners.append(entry)
        return lambda: self._listeners.remove(entry)

    def tell(self, event: Json, users: list[str] | None = None) -> None:
        """Tell those of `users` who watch, or everybody."""
        for user, listener in list(self._listeners):
            if users is None or user in users:
                listener(event)
