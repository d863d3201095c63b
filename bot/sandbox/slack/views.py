"""views.*: modals and the home tab."""

from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.entities import Json, View
from bot.sandbox.slack.modals import Modals, publish
from bot.sandbox.slack.rates import TIER_4
from bot.sandbox.slack.refused import Refused


def open_(call: Call) -> Json:
    modals, body = _modal(call)
    user, channel = _trigger(call)
    return _shown(call, modals.open(user, body, channel))


def push(call: Call) -> Json:
    modals, body = _modal(call)
    user, _ = _trigger(call)
    return _shown(call, modals.push(user, body))


def update(call: Call) -> Json:
    modals = Modals(call.hub)
    view_id, external_id = call.args.text("view_id"), call.args.text("external_id")
    if not view_id and not external_id:
        raise Refused("invalid_arguments")
    home = next((view for view in call.workspace.homes.values() if view.id == view_id), None)
    if home:
        return _shown(call, publish(call.hub, modals, home.user, _body(call), call.args.text("hash")))
    view, body = modals.find(view_id, external_id), modals.checked(_body(call), "modal")
    if (expected := call.args.text("hash")) and expected != view.hash:
        raise Refused("hash_conflict")
    return _shown(call, modals.update(view, body))


def publish_(call: Call) -> Json:
    person = call.person("user_id")
    return _shown(call, publish(call.hub, Modals(call.hub), person.id, _body(call), call.args.text("hash")))


def _modal(call: Call) -> tuple[Modals, Json]:
    """The view is checked before the trigger is used up, so that a bad view can be sent again in time."""
    modals = Modals(call.hub)
    return modals, modals.checked(_body(call), "modal")


def _body(call: Call) -> object:
    return call.args.structure("view", "invalid_arguments")


def _trigger(call: Call) -> tuple[str, str]:
    return call.hub.triggers.exchange(call.args.text("trigger_id") or call.args.need("interactivity_pointer"))


def _shown(call: Call, view: View) -> Json:
    return {"view": call.workspace.view_shown(view)}


METHODS = {
    "views.open": Method(open_, (), TIER_4),
    "views.push": Method(push, (), TIER_4),
    "views.update": Method(update, (), TIER_4),
    "views.publish": Method(publish_, (), TIER_4),
}
