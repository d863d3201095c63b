"""blocks.validate: would Slack take these blocks, this message, this view? Nothing is posted."""

from typing import Any

from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.entities import Json
from bot.sandbox.slack.limits.messages import blocks_problems
from bot.sandbox.slack.limits.views import view_problems
from bot.sandbox.slack.rates import TIER_3
from bot.sandbox.slack.refused import Refused


def validate(call: Call) -> Json:
    given = [name for name in ("blocks", "message", "view") if name in call.args]
    if len(given) != 1:
        raise Refused("invalid_arguments")
    value = call.args.structure(given[0], "invalid_arguments")
    if problems := _problems(given[0], value):
        raise Refused(f"invalid_{given[0]}", errors=[_error(problem) for problem in problems])
    return {}


def _problems(kind: str, value: Any) -> list[str]:
    if kind == "view":
        return view_problems(value, value.get("type", "modal") if isinstance(value, dict) else "modal")
    if kind == "message":
        value = value.get("blocks", []) if isinstance(value, dict) else value
    return blocks_problems(value)


def _error(problem: str) -> Json:
    message, _, pointer = problem.removesuffix("]").partition(" [json-pointer:")
    return {"pointer": pointer, "code": "invalid", "message": message}


METHODS = {"blocks.validate": Method(validate, (), TIER_3)}
