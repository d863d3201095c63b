"""IAM policies as JSON: of the role that an environment names, of its trust, and of the bot itself."""

import json
from collections.abc import Iterable
from typing import Any

from bot.cloud import Account
from bot.fleet import Fleet
from bot.plan.iam.grants import ANY, Grant, where_of
from bot.plan.iam.metrics import own_figures
from bot.plan.iam.table import grants

ASSUME = "sts:AssumeRole"
Policy = dict[str, Any]


def policy(fleet: Fleet, environment: str) -> Policy:
    """What the environment's role must be allowed; without a role the bot's own credentials must."""
    return _policy(merged(grants(fleet, environment, where_of(fleet.account(environment)))))


def trust(account: Account, principal: str) -> Policy:
    """Who may assume the role: `principal`, an ARN."""
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": ASSUME}
    if account.external_id:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": account.external_id}}
    return {"Version": "2012-10-17", "Statement": [statement]}


def own(fleet: Fleet, namespace: str = "") -> Policy:
    """What the bot's own credentials must be allowed beside: to assume the roles, and to put its own figures."""
    roles = [role for one in fleet.environments if (role := fleet.account(one).role_arn)]
    assume = [Grant("AssumeRoles", (ASSUME,), tuple(sorted(set(roles))))] if roles else []
    return _policy(merged([*assume, *own_figures(namespace)]))


def merged(found: Iterable[Grant]) -> list[Grant]:
    """One for the same actions under the same condition, with the resources of all; in the order of their names."""
    together: dict[str, Grant] = {}
    for grant in found:
        key = json.dumps([grant.actions, grant.when], sort_keys=True)
        known = together.get(key, grant)
        resources = tuple(sorted({*known.resources, *grant.resources}))
        together[key] = Grant(known.sid, grant.actions, (ANY,) if ANY in resources else resources, grant.when)
    return sorted(together.values(), key=lambda one: one.sid)


def _policy(found: Iterable[Grant]) -> Policy:
    return {"Version": "2012-10-17", "Statement": [_statement(grant) for grant in found]}


def _statement(grant: Grant) -> dict[str, Any]:
    condition = {"Condition": grant.when} if grant.when else {}
    return {
        "Sid": grant.sid,
        "Effect": "Allow",
        "Action": sorted(grant.actions),
        "Resource": list(grant.resources),
        **condition,
    }
