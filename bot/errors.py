"""The error tree. An error carries what its catcher needs and says what to do next.

PointsmanError
├── ConfigError            settings or fleet file: every problem at once
├── StateError             the database
│   ├── DatabaseLocked     another process holds it longer than the busy timeout
│   ├── DatabaseFull       no room on the disk
│   └── DatabaseBroken     not a database, corrupt, unreadable or read-only
├── SecretUnset            a check wants a secret that CHECK_SECRETS does not hold
├── SecretClosed           a secret that AWS keeps could not be read; carries its name
├── SourceError            a service's repository
│   ├── RepositoryUnreachable
│   ├── RefUnknown         carries the nearest refs
│   └── FileAbsent         a commit has no such file
├── ChecksError            a commit's CI checks could not be read; carries `momentary`: it may pass by itself
│   ├── ChecksAway         no answer, or one that says that the server is in trouble
│   ├── ChecksBusy         asked too often, carries retry_after in seconds
│   └── ChecksRefused      the server said no, or what it said makes no sense
├── CloudError             a cloud's API; carries the action
│   ├── CloudDenied        no policy allows it
│   │   └── CloudLockedOut credentials are missing or not taken, or a role may not be assumed: so is every other call
│   ├── CloudBusy          asked too often
│   ├── CloudAway          no answer
│   └── CloudRefused       any other no
│       └── CloudFull      a quota is reached, or there is no room
├── HostError              one host
│   ├── HostUnreachable    no connection, or it was lost: the state of the host is unknown
│   ├── HostKeyRefused     the host is not who known_hosts says
│   ├── HostRefused        the host answered and said no (user, rights, disk)
│   ├── HostTaken          another order works there now, or did since
│   └── StepFailed         a remote step ended badly: carries its status and last words
├── ClaimLost              somebody else was quicker; raised to undo a transaction, answered with who won
└── SlackError             carries `permanent`: repeating it would not help
    ├── SlackRefused       Slack answered `ok: false`
    ├── SlackBusy          429, carries retry_after in seconds
    ├── SlackAway          no connection was made: nothing was stored
    └── SlackUnclear       the connection broke or answered 5xx: the call may have been carried out
"""

from collections.abc import Sequence
from dataclasses import dataclass


class PointsmanError(Exception):
    """Everything this program raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a setting or a line of the fleet file.

    `path` is dotted (`services.shop.environments.production.hosts`), `value` what stood there (secrets already
    hidden), `allowed` what may stand there, `hint` the nearest valid word or the way out; each may be empty.
    """

    path: str
    what: str
    value: str = ""
    allowed: str = ""
    hint: str = ""

    def __str__(self) -> str:
        parts = [f"{self.path}: {self.what}" if self.path else self.what]
        if self.value:
            parts.append(f"got {self.value}")
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.hint:
            parts.append(self.hint)
        return " · ".join(parts)


class ClaimLost(PointsmanError):
    """What was being begun is begun or given up already: all of the transaction is undone."""


class ConfigError(PointsmanError):
    """Settings or fleet file did not load; `problems` holds every one of them, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class StateError(PointsmanError):
    """The database could not be read or written."""


class DatabaseLocked(StateError):
    """Another process holds the write lock longer than the busy timeout."""


class DatabaseFull(StateError):
    """The disk under the database has no room."""


class DatabaseBroken(StateError):
    """The file is corrupt, unreadable, read-only or no database at all."""


class SecretUnset(PointsmanError):
    """A check's header wants a secret that CHECK_SECRETS does not hold."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name} is not in CHECK_SECRETS")


class SecretClosed(PointsmanError):
    """A secret that AWS keeps could not be read; `name` is what stands for it: `ssm:/shop/token`."""

    def __init__(self, name: str, words: str) -> None:
        self.name = name
        super().__init__(f"{name}: {words}")


class SourceError(PointsmanError):
    """A service's repository."""


class RepositoryUnreachable(SourceError):
    """git could not fetch; the message holds git's own last line."""


class RefUnknown(SourceError):
    """No branch, tag or commit has this name; `near` lists the nearest that exist."""

    def __init__(self, ref: str, near: Sequence[str] = ()) -> None:
        self.ref = ref
        self.near = tuple(near)
        super().__init__(f"no branch, tag or commit is called {ref!r}")


class FileAbsent(SourceError):
    """The commit has no file of that path."""

    def __init__(self, path: str, sha: str) -> None:
        self.path = path
        super().__init__(f"there is no file {path} at {sha[:7]}")


class ChecksError(PointsmanError):
    """What CI says of a commit could not be read. `momentary`: it may be readable soon, without anybody's doing."""

    momentary = False


class ChecksAway(ChecksError):
    """No answer, or one that says that the server is in trouble."""

    momentary = True


class ChecksBusy(ChecksError):
    """The server was asked too often; it may be asked again after `retry_after` seconds."""

    momentary = True

    def __init__(self, what: str, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(what)


class ChecksRefused(ChecksError):
    """The server said no, or what it said makes no sense: somebody must do something about it."""


class CloudError(PointsmanError):
    """A cloud's API did not do what was asked. `action` as its policies call it: `ec2:DescribeInstances`."""

    def __init__(self, action: str, words: str) -> None:
        self.action = action
        super().__init__(f"{action}: {words}")


class CloudDenied(CloudError):
    """No policy allows it."""


class CloudLockedOut(CloudDenied):
    """Credentials are missing, have expired or are unknown, or a role may not be assumed: no call comes through."""


class CloudBusy(CloudError):
    """Asked too often."""


class CloudAway(CloudError):
    """No answer came."""


class CloudRefused(CloudError):
    """Any other no, in the cloud's own words."""


class CloudFull(CloudRefused):
    """A quota is reached, a zone has no capacity or a subnet no address: more cannot be had now."""


class HostError(PointsmanError):
    """One host; `host` is its name in the fleet file."""

    def __init__(self, host: str, what: str) -> None:
        self.host = host
        self.what = what
        super().__init__(f"{host}: {what}")


class HostUnreachable(HostError):
    """No connection, or it was lost; what the host did meanwhile is unknown."""


class HostKeyRefused(HostError):
    """The host's key is not the one in known_hosts, or it has none there and the policy is strict."""


class HostRefused(HostError):
    """The host answered, and cannot do it: no right to a directory, no room, a missing program."""


class HostTaken(HostError):
    """Another order took the host over: this one may do nothing more there."""


class StepFailed(HostError):
    """A remote step ended badly, or could not begin; `exit_status` is None when it has none."""

    def __init__(self, host: str, step: str, what: str, exit_status: int | None = None, tail: str = "") -> None:
        super().__init__(host, what)
        self.step = step
        self.exit_status = exit_status
        self.tail = tail


class SlackError(PointsmanError):
    """A call to Slack did not succeed. `permanent`: the same call would be refused again."""

    permanent = False


class SlackRefused(SlackError):
    """Slack answered `ok: false`; `code` is its error name, `detail` what it added."""

    permanent = True

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code}: {detail}" if detail else code)


class SlackBusy(SlackError):
    """429; try again after `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(f"Slack asks to wait {retry_after:g} s")


class SlackAway(SlackError):
    """No connection was made; nothing was stored there."""


class SlackUnclear(SlackError):
    """The connection broke, timed out or answered 5xx after the call was sent: it may have been carried out."""
