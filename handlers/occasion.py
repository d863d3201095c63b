"""What a person did in Slack, read from the request that tells of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.trail import What


@dataclass(frozen=True, slots=True)
class Occasion:
    """`subject` holds what was typed, pressed or filled in."""

    who: str
    what: What
    subject: str


def read_occasion(body: Mapping[str, Any]) -> Occasion | None:
    """None for what nobody did on purpose, such as opening the App Home or choosing in a form."""
    if body.get("command"):
        typed = f"{body['command']} {body.get('text') or ''}".strip()
        return Occasion(str(body.get("user_id") or ""), What.COMMAND, typed)
    who = str(_at(body, "user", "id") or "")
    if body.get("type") == "block_actions":
        if _is_choosing(body):
            return None
        return Occasion(who, What.CLICK, ", ".join(map(_pressed, _maps(body.get("actions")))))
    if body.get("type") == "view_submission":
        fields = " ".join(_filled(_at(body, "view", "state", "values")))
        return Occasion(who, What.FORM, f"{_at(body, 'view', 'callback_id') or ''} {fields}".strip())
    return None


def _is_choosing(body: Mapping[str, Any]) -> bool:
    """A choice in a form moves nothing: it counts once the form is sent."""
    kinds = [str(action.get("type")) for action in _maps(body.get("actions"))]
    return _at(body, "view", "type") == "modal" and bool(kinds) and all(kind.endswith("_select") for kind in kinds)


def _pressed(action: Mapping[str, Any]) -> str:
    return f"{action.get('action_id') or ''} {_value(action)}".strip()


def _filled(values: Any) -> Iterator[str]:
    """`field=value`, field by field."""
    for block in values.values() if isinstance(values, Mapping) else ():
        for name, element in block.items() if isinstance(block, Mapping) else ():
            if isinstance(element, Mapping):
                yield f"{name}={_value(element)}"


def _value(element: Mapping[str, Any]) -> str:
    """What a button stands for, what was typed, or which options were chosen."""
    chosen = _at(element, "selected_option", "value")
    several = [str(option.get("value") or "") for option in _maps(element.get("selected_options"))]
    return str(element.get("value") or chosen or ",".join(several))


def _maps(found: Any) -> list[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _at(found: Any, *path: str) -> Any:
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
