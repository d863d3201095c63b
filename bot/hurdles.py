"""What keeps a check from being asked: trouble of the bot's own, which says nothing of what it would ask about."""

from dataclasses import dataclass
from enum import StrEnum


class HurdleKind(StrEnum):
    PROMETHEUS = "prometheus"  # it is away, or gives the bot no numbers
    CLOUDWATCH = "cloudwatch"  # the same
    QUERY = "query"  # what is asked there is at fault
    LOGIN = "login"  # a host does not let the bot in, or there is no key to show it
    HOST_KEY = "host_key"  # a host is not known to be who it says
    SECRET = "secret"  # one that the check needs is not set, or cannot be opened
    BEATS = "beats"  # HEARTBEAT_SECRET is not set: no job has an address to call
    RESOLVER = "resolver"  # the bot's host names no name server
    MACHINE = "machine"  # the bot's host or the bot itself


SETTLED = frozenset({HurdleKind.BEATS})
"""Another try would find the same: the settings are read once."""


@dataclass(frozen=True, slots=True)
class Hurdle:
    """`about` tells it from others of its kind: where a Prometheus is, as which role CloudWatch is asked, where secrets
    are kept. Empty: there is but one, or it is the one of the settings.
    """

    kind: HurdleKind
    about: str = ""


LOGIN, HOST_KEY, QUERY = Hurdle(HurdleKind.LOGIN), Hurdle(HurdleKind.HOST_KEY), Hurdle(HurdleKind.QUERY)
BEATS, RESOLVER, MACHINE = Hurdle(HurdleKind.BEATS), Hurdle(HurdleKind.RESOLVER), Hurdle(HurdleKind.MACHINE)
STORES = {"ssm": "SSM's parameters", "secretsmanager": "Secrets Manager", "kms": "KMS"}


def store_of(secret: str) -> Hurdle:
    """That a secret is not to be had: what keeps one of a store closed mostly keeps the others closed too. `secret` is
    its name, in the fleet file's words.
    """
    store, parted, _ = secret.partition(":")
    return Hurdle(HurdleKind.SECRET, STORES.get(store, store) if parted else "CHECK_SECRETS")
