"""The app as it is installed: what its manifest asked for. Until one is registered everything is granted."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.entities import Json
from bot.sandbox.slack.seed import BOT_USER

UNREGISTERED = frozenset({"app_home_opened", "app_mention"})


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """One command of the manifest; `url` is used in HTTP mode only."""

    command: str
    description: str = ""
    usage_hint: str = ""
    url: str = ""
    should_escape: bool = False


@dataclass(slots=True)
class Installation:
    """`scopes` and `events` are None while no manifest was registered: then every call is allowed."""

    app_id: str = "A00POINTSMAN"
    bot_id: str = "B00POINTSMAN"
    bot_user: str = BOT_USER
    name: str = "Pointsman"
    scopes: frozenset[str] | None = None
    events: frozenset[str] | None = None
    commands: dict[str, SlashCommand] = field(default_factory=dict)
    socket_mode: bool = True
    interactivity_url: str = ""
    options_url: str = ""
    events_url: str = ""
    request_url: str = ""

    def install(self, manifest: Json) -> None:
        """Take over a manifest that was found good."""
        features, settings = manifest.get("features", {}), manifest.get("settings", {})
        interactivity, subscriptions = settings.get("interactivity", {}), settings.get("event_subscriptions", {})
        self.name = features.get("bot_user", {}).get("display_name") or manifest["display_information"]["name"]
        self.scopes = frozenset(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ()))
        self.events = frozenset(subscriptions.get("bot_events", ()))
        self.commands = {row["command"]: _command(row) for row in features.get("slash_commands", ())}
        self.socket_mode = bool(settings.get("socket_mode_enabled"))
        self.interactivity_url = interactivity.get("request_url", "")
        self.options_url = interactivity.get("message_menu_options_url", "") or self.interactivity_url
        self.events_url = subscriptions.get("request_url", "")

    def missing_scopes(self, needed: tuple[str, ...]) -> bool:
        """Whether none of `needed` was granted; no need is always met."""
        return bool(needed) and self.scopes is not None and self.scopes.isdisjoint(needed)

    def granted(self, scope: str) -> bool:
        """Whether this one scope was granted."""
        return self.scopes is None or scope in self.scopes

    def subscribed(self, event: str) -> bool:
        """Whether the app gets this event."""
        return event in (UNREGISTERED if self.events is None else self.events)

    def url_for(self, kind: str, command: str = "") -> str:
        """Where a signed request of this kind goes, or "" when payloads of this app go over sockets."""
        if self.request_url:
            return self.request_url
        if self.socket_mode:
            return ""
        if kind == "slash_commands" and command in self.commands:
            return self.commands[command].url
        urls = {"interactive": self.interactivity_url, "options": self.options_url, "events_api": self.events_url}
        return urls.get(kind, "")


def _command(row: dict[str, Any]) -> SlashCommand:
    return SlashCommand(
        command=row["command"],
        description=row.get("description", ""),
        usage_hint=row.get("usage_hint", ""),
        url=row.get("url", ""),
        should_escape=bool(row.get("should_escape")),
    )
