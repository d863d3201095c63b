"""The parts of the workspace, put together once and handed to whoever acts on it."""

from dataclasses import dataclass, field

from bot.sandbox.slack.dispatch import Dispatcher
from bot.sandbox.slack.entities import Json
from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.feed import Feed
from bot.sandbox.slack.hooks import Hooks
from bot.sandbox.slack.ids import Clock, Timestamps
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.journal import Journal
from bot.sandbox.slack.rates import Rates
from bot.sandbox.slack.refused import Refused
from bot.sandbox.slack.seed import Seed
from bot.sandbox.slack.sockets import Sockets
from bot.sandbox.slack.triggers import Triggers
from bot.sandbox.slack.workspace import Workspace


@dataclass(slots=True)
class Hub:
    """Everything a call or a person's act can touch."""

    seed: Seed
    app: Installation
    feed: Feed
    journal: Journal
    workspace: Workspace
    sockets: Sockets
    dispatcher: Dispatcher
    hooks: Hooks
    triggers: Triggers
    faults: Faults
    rates: Rates
    clock: Clock
    url: str = ""
    uploads: dict[str, Json] = field(default_factory=dict)

    def need(self, scope: str) -> None:
        """Refuse with missing_scope unless `scope` was granted."""
        self.need_one((scope,))

    def need_one(self, scopes: tuple[str, ...]) -> None:
        """Refuse with missing_scope unless one of `scopes` was granted."""
        if self.app.missing_scopes(scopes):
            provided = ",".join(sorted(self.app.scopes or ()))
            raise Refused("missing_scope", needed=",".join(scopes), provided=provided)

    def listen_at(self, url: str) -> None:
        """The server knows its own address now."""
        self.url = self.hooks.base_url = url

    def notice(self, text: str, user: str) -> None:
        """Say something to one person on the page, beside the conversation."""
        self.feed.tell({"type": "notice", "text": text}, [user])


def build_hub(seed: Seed, journal: Journal, clock: Clock) -> Hub:
    """A workspace in which nothing happened yet, or the one that the journal kept."""
    app, feed, times, faults = Installation(), Feed(), Timestamps(clock), Faults()
    workspace = Workspace(seed, app, feed, journal, times)
    sockets = Sockets(app.app_id, lambda count: feed.tell({"type": "sockets", "count": count}))
    dispatcher = Dispatcher(app, sockets, seed.signing_secret, clock)
    dispatcher.away = lambda: faults.away
    return Hub(
        seed=seed,
        app=app,
        feed=feed,
        journal=journal,
        workspace=workspace,
        sockets=sockets,
        dispatcher=dispatcher,
        hooks=Hooks(workspace, clock),
        triggers=Triggers(clock),
        faults=faults,
        rates=Rates(clock),
        clock=clock,
    )
