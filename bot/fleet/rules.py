"""What spans several entries: names that must exist, hosts that must differ, variables that must be there.

Each rule looks at the parts that are sound by themselves, so that one mistake elsewhere does not hide it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from bot.fleet.analysis import canary_size, shortfall
from bot.fleet.check_config import CheckConfig
from bot.fleet.deployment import Deployment, hosts_in_kind
from bot.fleet.duration import duration_text
from bot.fleet.forge import slug
from bot.fleet.http_rules import http_rules
from bot.fleet.managed_rules import managed_rules
from bot.fleet.metric_rules import load_rules, metric_checks, metric_rules
from bot.fleet.needs import need_rules
from bot.fleet.problems import Finding, did_you_mean, finding
from bot.fleet.reading import Place, Reading
from bot.fleet.words import placeholders
from bot.model import Action, Host
from bot.sealed import is_sealed


def broken(reading: Reading) -> Iterator[Finding]:
    """Every rule that the file breaks."""
    data = reading.data if isinstance(reading.data, Mapping) else {}
    yield from _unknown_environments(reading, data)
    yield from _aliases(reading, data)
    yield from need_rules(reading, _mapping(data.get("services")))
    sites: dict[tuple[str, int, str], Place] = {}
    for place, service, raw in _deployments(data):
        deployment = _sound(Deployment, raw)
        if deployment is None:
            continue
        for what in RULES:
            yield from what(reading, place, deployment)
        yield from _runbooks(reading, place, deployment, service)
        yield from _ci_rules(reading, place, deployment, service)
        yield from _shared_sites(reading, place, deployment, sites)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _deployments(data: Mapping[str, Any]) -> Iterator[tuple[Place, Mapping[str, Any], Any]]:
    for name, service in _mapping(data.get("services")).items():
        for environment, raw in _mapping(_mapping(service).get("environments")).items():
            yield ("services", name, "environments", environment), service, raw


def _sound(shape: type[Deployment], raw: Any) -> Deployment | None:
    try:
        return shape.model_validate(raw)
    except ValidationError:
        return None


def _environments(data: Mapping[str, Any]) -> list[str]:
    """Those that are declared; none where the list itself is not sound."""
    known = data.get("environments")
    return known if isinstance(known, list) and all(isinstance(name, str) for name in known) else []


def _unknown_environments(reading: Reading, data: Mapping[str, Any]) -> Iterator[Finding]:
    known = _environments(data)
    if not known:
        return
    named: list[Place] = [(key, name) for key in ("access", "aws", "freezes") for name in _mapping(data.get(key))]
    named += [place for place, _, _ in _deployments(data)]
    for place in named:
        if place[-1] not in known:
            yield finding(
                reading,
                place,
                "is not one of `environments`",
                allowed=", ".join(known),
                hint=did_you_mean(str(place[-1]), known) or "add it to `environments`",
            )


def _aliases(reading: Reading, data: Mapping[str, Any]) -> Iterator[Finding]:
    """A short name stands for one environment that exists, and never in the place of another."""
    known = _environments(data)
    for alias, name in _mapping(data.get("aliases")).items() if known else ():
        place: Place = ("aliases", alias)
        if alias in known:
            yield finding(reading, place, "is the name of an environment itself", hint="take another short name for it")
        elif isinstance(name, str) and name not in known:
            hint = did_you_mean(name, known) or "add it to `environments`"
            yield finding(reading, place, "stands for no environment", name, ", ".join(known), hint)


def _same_hosts(reading: Reading, place: Place, deployment: Deployment) -> Iterator[Finding]:
    """One host twice would be changed twice at the same time."""
    names: dict[str, int] = {}
    addresses: dict[tuple[str, int], int] = {}
    for index, host in enumerate(deployment.hosts):
        first = names.setdefault(host.name, index)
        if first == index:
            first = addresses.setdefault((host.address, host.port), index)
            what = f"has the address of hosts.{first}"
        else:
            what = f"has the name of hosts.{first}"
        if first != index:
            yield finding(reading, (*place, "hosts", index), what, host.name, "each host once")


def _missing_variables(reading: Reading, place: Place, deployment: Deployment) -> Iterator[Finding]:
    hosts = hosts_in_kind(deployment)
    yield from _unfilled(reading, (*place, "health", "http"), deployment.health.http, hosts)
    if deployment.health.beside:
        yield from _unfilled(reading, (*place, "health", "beside"), deployment.health.beside, hosts)
    for index, check in enumerate(deployment.checks):
        for below, template in check.asks.templates() if check.per_host else ():
            yield from _unfilled(reading, (*place, "checks", index, *below), template, hosts)


def _unfilled(reading: Reading, place: Place, template: str, hosts: Sequence[Host]) -> Iterator[Finding]:
    for name in sorted(placeholders(template) - {"host", "name"}):
        lacking = [host.name for host in hosts if name not in host.vars]
        if lacking:
            known = sorted({"host", "name"}.union(*(host.vars for host in hosts)))
            yield finding(
                reading,
                place,
                f"{{{name}}} is not a variable of {', '.join(lacking[:3])}{' and others' if len(lacking) > 3 else ''}",
                template,
                ", ".join(f"{{{word}}}" for word in known),
                did_you_mean(name, [word for word in known if word != name]) or f"add vars: {{{name}: …}} to the host",
            )
        elif any(is_sealed(host.vars[name]) for host in hosts):
            what = f"{{{name}}} is a secret, and addresses are shown"
            yield finding(reading, place, what, template, hint="send it in a header of the check")


def _check_rules(reading: Reading, place: Place, deployment: Deployment) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for index, check in enumerate(deployment.checks):
        here = (*place, "checks", index)
        first = seen.setdefault(check.label, index)
        if first != index:
            yield finding(
                reading, here, f"is called {check.label}, as checks.{first} is", hint="give it a name of its own"
            )
        yield from _host_in_question(reading, here, check)
        if check.action is Action.SCALE and (lacking := _unscaled(deployment)):
            yield finding(reading, (*here, "action"), *lacking)
        if check.auto and check.action is Action.RUNBOOK:
            what = "would run a runbook by itself, which is for people"
            yield finding(reading, (*here, "auto"), what, True, "action: restart or rollback", "leave auto out")


def _unscaled(deployment: Deployment) -> tuple[str, str, str, str] | None:
    """Why no host can be added there, and the way out."""
    made_by, hint = deployment.ec2, "add ec2.launch or ec2.group, or name another action"
    if deployment.backend in ("ssh", "cloudformation") or (made_by and not made_by.launch and not made_by.group):
        return "offers another host, and nobody says how one is made", "scale", "", hint
    if deployment.scale is None:
        return "offers another host, and no limits are set", "scale", "", "add scale: {min: …, max: …}"
    return None


def _analysis_rules(reading: Reading, place: Place, deployment: Deployment) -> Iterator[Finding]:
    """An analysis that can never tell would ask people at every deploy."""
    strategy, hosts = deployment.strategy, len(deployment.hosts)
    if strategy.analysis is None or strategy.bake is None or deployment.ec2 or deployment.managed:
        return
    canaries = canary_size(strategy.batches[0], hosts)
    here = (*place, "strategy", "analysis")
    if canaries >= hosts:
        what = "has no host of the old release to compare with: the first batch is all of them"
        yield finding(reading, here, what, hint="make the first batch smaller, or leave analysis out")
        return
    if lacking := list(shortfall(strategy.analysis, strategy.bake, canaries)):
        what = f"can never tell: a bake of {duration_text(strategy.bake)} gives {'; '.join(lacking)}"
        yield finding(reading, here, what, hint="bake longer, ask more often, or be content with fewer")


def _host_in_question(reading: Reading, place: Place, check: CheckConfig) -> Iterator[Finding]:
    """A check per host asks each host something of its own, any other the same whoever is asked."""
    if check.ssh and not check.per_host:
        yield finding(reading, (*place, "per_host"), "leaves no host to run the command on", False, "", "leave it out")
    if check.cpu_above and check.per_host:
        what = "asks for the CPU of the whole service"
        yield finding(
            reading, (*place, "per_host"), what, True, "", "leave it out; of: max is that of the busiest host"
        )
    templates = list(check.asks.templates())
    varying = [(below, text) for below, text in templates if placeholders(text)]
    if varying and not check.per_host:
        below, text = varying[0]
        what = "differs by host, but the check is not per host"
        yield finding(reading, (*place, *below), what, text, "", "add per_host: true")
    if check.per_host and templates and not varying:
        below, text = templates[0]
        allowed = "{host}, {name} or {VAR} in the address"
        yield finding(reading, (*place, *below), "is the same for every host", text, allowed)


def _runbooks(reading: Reading, place: Place, deployment: Deployment, service: Mapping[str, Any]) -> Iterator[Finding]:
    for index, check in enumerate(deployment.checks):
        if check.action is Action.RUNBOOK and not service.get("runbook"):
            yield finding(
                reading,
                (*place, "checks", index, "action"),
                "offers a runbook that the service does not have",
                "runbook",
                hint=f"add services.{place[1]}.runbook: https://…",
            )


def _ci_rules(reading: Reading, place: Place, deployment: Deployment, service: Mapping[str, Any]) -> Iterator[Finding]:
    repo = service.get("repo")
    if deployment.require_checks and isinstance(repo, str) and slug(repo) is None:
        yield finding(
            reading,
            (*place, "require_checks"),
            f"asks CI about a repository of which no owner/name is known: services.{place[1]}.repo",
            repo,
            "https://HOST/OWNER/NAME.git or git@HOST:OWNER/NAME.git",
            "leave require_checks out, or name the repository by such an address",
        )


def _shared_sites(
    reading: Reading, place: Place, deployment: Deployment, sites: dict[tuple[str, int, str], Place]
) -> Iterator[Finding]:
    """Two deployments in one directory would overwrite each other's releases."""
    for host in deployment.hosts:
        first = sites.setdefault((host.address, host.port, deployment.path), place)
        if first != place:
            other = f"{first[1]} in {first[3]}"
            yield finding(
                reading,
                (*place, "path"),
                f"is used by {other} on {host.name} too",
                deployment.path,
                "a directory of its own",
            )
            return


def _unasked(reading: Reading, place: Place, deployment: Deployment) -> Iterator[Finding]:
    """A check logs in each time; by Systems Manager a command is too slow and too dear for that."""
    for index, check in enumerate(deployment.checks):
        if check.ssh and deployment.ec2 and deployment.ec2.transport == "ssm":
            yield finding(
                reading,
                (*place, "checks", index, "ssh"),
                "runs a command over SSH, and ec2.transport says that these hosts are reached by Systems Manager",
                check.ssh.run,
                "http, tcp, tls, dns, metric or heartbeat",
                "ask in another way: a heartbeat that the host sends, for example",
            )


RULES = (
    _same_hosts,
    _missing_variables,
    _check_rules,
    http_rules,
    _analysis_rules,
    metric_rules,
    metric_checks,
    load_rules,
    managed_rules,
    _unasked,
)
"""Those of one deployment by itself."""
