"""Who and what a fresh workspace holds."""

from dataclasses import dataclass

from bot.sandbox.slack.entities import Channel, Group, Person

BOT_USER = "U00POINTSMAN"


@dataclass(frozen=True, slots=True)
class Seed:
    """A workspace before anybody said anything. Lists are copied into the workspace, never changed here."""

    team_id: str
    team_name: str
    team_domain: str
    people: tuple[Person, ...]
    channels: tuple[Channel, ...]
    groups: tuple[Group, ...]
    bot_token: str = "xoxb-sandbox-bot"
    app_token: str = "xapp-sandbox-app"
    signing_secret: str = "sandbox-signing-secret"

    @classmethod
    def demo(cls) -> "Seed":
        """Two engineers (ana, ben), one on call (cid), one lead (lea); three channels, the bot is in two of them."""
        people = (
            Person("U0000000ANA", "ana", "Ana Almeida", "Engineer", "2f6f8f"),
            Person("U0000000BEN", "ben", "Ben Bauer", "Engineer", "8a5a2b"),
            Person("U0000000CID", "cid", "Cid Chen", "Engineer, on call", "7a3e6d"),
            Person("U0000000LEA", "lea", "Lea Laurent", "Engineering lead", "3f7d4a"),
        )
        everybody = [person.id for person in people]
        ana, ben, cid, lea = everybody
        with_bot = [*everybody, BOT_USER]
        channels = (
            Channel("C00GENERAL0", "general", "Everybody, everything", members=everybody),
            Channel("C00DEPLOYS0", "deploys", "What goes where, and when", members=with_bot),
            Channel("C000ALERTS0", "alerts", "What is down, and why", members=with_bot),
        )
        groups = (
            Group("S0000LEADS0", "leads", "Leads", [lea]),
            Group("S000ONCALL0", "oncall", "On call", [cid, lea]),
            Group("S0ENGINEER0", "engineering", "Engineering", everybody),
            Group("S0SHOPTEAM0", "shop-team", "Shop team", [ana, ben]),
        )
        return cls("T00SANDBOX0", "Sandbox workspace", "sandbox", people, channels, groups)
