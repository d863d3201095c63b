"""What was filled in, read from the view that Slack sends; nothing in it is believed."""

from typing import Any

from bot.fleet import Fleet
from bot.grammar import DeployTo, ref_trouble
from bot.messages.form import AS_WRITTEN, ENVIRONMENT, RELEASE, SERVICE, STRATEGY, kinds
from bot.offers import Draft


def read_draft(view: dict[str, Any]) -> Draft:
    strategy = _chosen(view, STRATEGY)
    return Draft(
        _chosen(view, SERVICE),
        _chosen(view, ENVIRONMENT),
        _chosen(view, RELEASE).strip(),
        "" if strategy == AS_WRITTEN else strategy,
    )


def troubles(fleet: Fleet, draft: Draft) -> dict[str, str]:
    """What is wrong with which field, in words shown beside it."""
    errors = {}
    if draft.service not in fleet.services:
        errors[SERVICE] = "Choose a service; the fleet file may have changed meanwhile."
    elif draft.environment not in fleet.services[draft.service].environments:
        where = ", ".join(fleet.services[draft.service].environments)
        errors[ENVIRONMENT] = f"{draft.service} does not run there. It runs in {where}."
    trouble = ref_trouble(draft.release) if draft.release else ""
    if trouble:
        errors[RELEASE] = f"This cannot be a ref here: {trouble}."
    if draft.strategy and draft.strategy not in kinds():
        errors[STRATEGY] = "Choose one of these."
    return errors


def command_of(fleet: Fleet, draft: Draft) -> DeployTo | None:
    """What would be typed for it; None while something is missing or wrong."""
    if troubles(fleet, draft):
        return None
    return DeployTo(draft.service, draft.environment, draft.release or None, strategy=draft.strategy or None)


def block_of(view: dict[str, Any], field: str) -> str:
    """The block_id that the field has in this very view."""
    ids = [block.get("block_id") for block in _blocks(view)]
    found = (one for one in ids if isinstance(one, str) and one.partition(":")[0] == field)
    return next(found, field)


def service_of(block_id: str) -> str:
    """Of the menu of releases, by its block_id."""
    return block_id.partition(":")[2]


def _chosen(view: dict[str, Any], field: str) -> str:
    """Empty where the form holds something that Slack would never send."""
    values = _at(view, "state", "values")
    for elements in values.values() if isinstance(values, dict) else ():
        value = _at(elements, field, "selected_option", "value")
        if isinstance(value, str):
            return value
    return ""


def _blocks(view: dict[str, Any]) -> list[dict[str, Any]]:
    found = view.get("blocks")
    return [block for block in found if isinstance(block, dict)] if isinstance(found, list) else []


def _at(found: Any, *path: str) -> Any:
    for part in path:
        found = found.get(part) if isinstance(found, dict) else None
    return found
