"""Secrets that AWS keeps, where the fleet file names them: in variables of hosts and in headers of checks."""

from collections.abc import Iterator

from bot.fleet import Deployment
from bot.plan.iam.grants import ANY, Grant, Where
from bot.questions.request import SECRET
from bot.sealed import is_sealed

DECRYPT = "kms:Decrypt"
ANY_SUFFIX = "-??????"
"""Secrets Manager puts six characters behind a secret's name."""


def secrets(deployment: Deployment, where: Where) -> Iterator[Grant]:
    """Each by its name; the key behind it is not known, but only those two services may use it."""
    for name in sorted(set(_named(deployment))):
        kind, _, place = name.partition(":")
        if kind == "kms":
            yield Grant("DecryptSecrets", (DECRYPT,), (where.arn("kms", "key/*"),))
        elif kind == "ssm":
            yield Grant("ReadParameters", ("ssm:GetParameter",), (where.arn("ssm", f"parameter{place}"),))
            yield _by("DecryptParameters", "ssm", where)
        else:
            yield Grant("ReadSecrets", ("secretsmanager:GetSecretValue",), (_secret(place.partition("#")[0], where),))
            yield _by("DecryptManagedSecrets", "secretsmanager", where)


def _by(sid: str, service: str, where: Where) -> Grant:
    via = f"{service}.{where.region}.amazonaws.com"
    test = "StringLike" if where.region == ANY else "StringEquals"
    return Grant(sid, (DECRYPT,), (where.arn("kms", "key/*"),), {test: {"kms:ViaService": via}})


def _secret(name: str, where: Where) -> str:
    return name if name.startswith("arn:") else where.arn("secretsmanager", f"secret:{name}{ANY_SUFFIX}")


def _named(deployment: Deployment) -> Iterator[str]:
    held = [host.vars for host in deployment.hosts] + ([deployment.ec2.vars] if deployment.ec2 else [])
    yield from (value for variables in held for value in variables.values() if is_sealed(value))
    for check in deployment.checks:
        yield from (name for value in check.headers.values() for name in SECRET.findall(value) if is_sealed(name))
