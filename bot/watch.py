"""What is known of checks and outages: state keeps these values, plans decide on them, messages show them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model import Action, Changed, Health, Incident, Severity, Target
from bot.phases import Phases
from bot.remedies import Kind, NamedStep, Offer


@dataclass(frozen=True, slots=True)
class CheckState:
    """One check as it stands. `since` is the first result of the streak that brought it to its health.

    `streak` counts the latest results that agree (all good when `ok`), the first of which was asked at `streak_since`.
    `checked_at`, `latency` (seconds), `status`, `cause` and `phases` (of an http check) are the last result's.
    `past` is how the latest results left it (bot/plan/flapping.py); while it is flapping, nobody is told of its turns.
    """

    first_seen_at: datetime
    health: Health = Health.UNKNOWN
    since: datetime | None = None
    ok: bool | None = None
    streak: int = 0
    streak_since: datetime | None = None
    checked_at: datetime | None = None
    latency: float = 0.0
    status: int | None = None
    cause: str = ""
    past: int = 1
    flapping_since: datetime | None = None
    phases: Phases | None = None

    @property
    def calm(self) -> bool:
        """Whether one more good answer would tell nobody anything."""
        return self.health is Health.UP and bool(self.ok) and self.flapping_since is None


@dataclass(frozen=True, slots=True)
class Flip:
    """A check's change between up and down. `at` is the first result of the streak that settled it."""

    to: Health
    at: datetime


@dataclass(frozen=True, slots=True)
class Outage:
    """When a check was down; `ended_at` is None while it is."""

    check_id: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen and known when an outage was found. Kept with the incident: its message is built from this for as
    long as it lives, whatever the fleet file says by then.

    `asked` is `GET https://…`, `streak` how many failed checks in a row settled it; `hosts` how many the target had (0:
    not known), `steps` what the fleet file named for it, `replaceable` whether a cloud makes them. `source` is who else
    says so (Alertmanager, …), empty for the bot's own checks, and `link` where it can be seen there.
    """

    asked: str
    action: Action
    streak: int
    runbook: str | None = None
    changed: Changed | None = None
    severity: Severity = Severity.PAGE
    hosts: int = 0
    steps: tuple[NamedStep, ...] = ()
    source: str = ""
    link: str | None = None
    replaceable: bool = False


@dataclass(frozen=True, slots=True)
class Backdrop:
    """What the fleet file says of a target that an alert needs: its runbook, how many hosts, which named steps, and
    whether one of them can be replaced.
    """

    runbook: str | None = None
    hosts: int = 0
    steps: tuple[NamedStep, ...] = ()
    replaceable: bool = False


@dataclass(frozen=True, slots=True)
class FleetPart:
    """A part of the fleet file that is otherwise than before: its keys there, none when all of it is new.

    `environment` empty: what holds for the whole service. Everything empty: which part is not known.
    """

    service: str = ""
    environment: str = ""
    keys: tuple[str, ...] = ()


class Ended(StrEnum):
    """How an incident came to its end."""

    UP = "up"
    UNCHECKED = "unchecked"  # the check left the fleet file in the middle of the outage
    CLOSED = "closed"  # by hand: it came from elsewhere, and whether it is over is not known


@dataclass(frozen=True, slots=True)
class Alert:
    """An incident with all that its message shows.

    `note` says what was asked for or done, in mrkdwn (`restarting on web1, asked by <@U1>`); while it is open and
    `offering`, the buttons stand. `answered`: its end was said in its thread as well. `told_at` None: a silence keeps
    it back. `reminders` were sent, the last one at `reminded_at`.
    `outbreak` is the number of the incident in whose message it is told: its own, unless it came right after another.
    `release` is the SHA of what runs there, if that had just been deployed.
    """

    incident: Incident
    sighting: Sighting
    channel: str
    note: str = ""
    offering: bool = True
    ended: Ended | None = None
    answered: bool = False
    told_at: datetime | None = None
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    reminders: int = 0
    reminded_at: datetime | None = None
    outbreak: int = 0
    release: str = ""


@dataclass(frozen=True, slots=True)
class Escalated:
    """A step that was taken because nobody had acknowledged an outage. `step` says which (`notify @leads`); `channel`
    and `way` are empty where that is not where it led.
    """

    id: int
    outbreak: int
    step: str
    at: datetime
    channel: str = ""
    way: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """What the checks of a service say is told to nobody until `until`; `environment` None: wherever it runs.

    `id` 0: not written yet. `ended_by` is empty when its time was over.
    """

    service: str
    environment: str | None
    by: str
    reason: str
    since: datetime
    until: datetime
    id: int = 0
    ended_at: datetime | None = None
    ended_by: str = ""

    def live(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.until

    def covers(self, target: Target) -> bool:
        return self.service == target.service and self.environment in (None, target.environment)

    def __str__(self) -> str:
        return f"{self.service} in {self.environment}" if self.environment else self.service


@dataclass(frozen=True, slots=True)
class Panel:
    """What an open alert shows besides its facts: what it offers, the first what most likely helps; which of the
    target's hosts are down, and how many it has; by whom it is silenced; and what is down above it, told nowhere else.
    `mixed`: other services or environments are down in the same message, on which its buttons do not act.
    """

    offers: tuple[Offer, ...] = ()
    down: tuple[str, ...] = ()
    hosts: int = 0
    silence: Silence | None = None
    folded: tuple[str, ...] = ()
    mixed: bool = False


NOTHING = Panel()


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A window of the fleet file, in its words, in which a target's checks tell nobody; `until` is the end of it."""

    target: Target
    window: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Dark:
    """What fails at once when the bot cannot see."""

    failing: int  # targets
    targets: int
    checks: int  # that fail

    @property
    def share(self) -> float:
        return self.failing / self.targets if self.targets else 0.0


@dataclass(frozen=True, slots=True)
class Blindness:
    """A time in which the bot could not see, and told nobody that anything is down. `cause` says why it thinks so."""

    id: int
    since: datetime
    cause: str
    channel: str
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unseen:
    """A click on what an alert offers, asked once more: the bot cannot see, so whether that is still down, and whether
    the act helps, is not known. `step` is the name of a named step, or of the host that is replaced; no `hosts`: every
    host.
    """

    incident: Incident
    blindness: Blindness
    kind: Kind
    step: str = ""
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check for `/status`: what it asks (`GET https://…`), on which host when it runs per host, how it stands."""

    id: str
    asked: str
    host: str | None
    state: CheckState


@dataclass(frozen=True, slots=True)
class Vitals:
    """A target's checks and outages for `/status`.

    `uptime` is the mean over its checks of 1 − down/observed within the last 24 h (0 to 1), None before anything was
    seen.
    """

    target: Target
    checks: tuple[CheckView, ...]
    incidents: tuple[Incident, ...]
    uptime: float | None

    @property
    def health(self) -> Health:
        """Down if any check is; unknown if there is none, or one that is not known yet; else up."""
        found = {check.state.health for check in self.checks}
        if Health.DOWN in found:
            return Health.DOWN
        return Health.UP if found == {Health.UP} else Health.UNKNOWN
