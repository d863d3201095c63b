"""How a script is put together, and what may stand in one."""

import re
import shlex

from bot.errors import PointsmanError

MARK = "@pointsman@"
"""Printed before the first word of an answer: what a login profile prints comes earlier and is not read."""

SHA = re.compile(r"[0-9a-f]{40}")
ORDER_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def script(values: dict[str, str], body: str) -> str:
    """The whole of what a host's `sh` reads: a group, so that a script cut off half-way does nothing at all."""
    return f"{{\n{assign(values)}\nprintf '\\n%s\\n' '{MARK}'\n{body.strip()}\nexit 0\n}}\n"


def assign(values: dict[str, str]) -> str:
    return "\n".join(f"{name}={shlex.quote(value)}" for name, value in values.items())


def checked_sha(sha: str) -> str:
    """The SHA as it came. Raises PointsmanError unless it is 40 hex digits."""
    if not SHA.fullmatch(sha):
        raise PointsmanError(f"{sha!r} is not a full commit SHA (40 lower-case hex digits): nothing was sent to a host")
    return sha


def checked_order(order_id: str) -> str:
    """The id as it came. Raises PointsmanError unless it is safe in a file name."""
    if not ORDER_ID.fullmatch(order_id):
        raise PointsmanError(f"{order_id!r} is no order id (a-z, 0-9 and -): nothing was sent to a host")
    return order_id


def checked_variable(name: str) -> str:
    """The name as it came. Raises PointsmanError unless a shell can export it."""
    if not VARIABLE.fullmatch(name):
        raise PointsmanError(f"{name!r} cannot be an environment variable: rename it among the host's vars")
    return name


def directory(path: str) -> str:
    """A site's path as `cd` takes it: relative paths start at the login's home, which is where SSH begins."""
    path = path.removeprefix("~/") or "."
    return path if path.startswith("/") else f"./{path}"
