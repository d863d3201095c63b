"""auth.test and apps.connections.open: who am I, and where do I connect."""

from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.entities import Json
from bot.sandbox.slack.rates import TIER_1, TIER_3
from bot.sandbox.slack.refused import Refused

MANY = TIER_3 * 10


def test(call: Call) -> Json:
    seed, app = call.workspace.seed, call.workspace.app
    return {
        "url": f"{call.hub.url}/",
        "team": seed.team_name,
        "user": app.name.lower(),
        "team_id": seed.team_id,
        "user_id": app.bot_user,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def api_test(call: Call) -> Json:
    if error := call.args.text("error"):
        raise Refused(error, args=call.args.given)
    return {"args": call.args.given}


def open_connection(call: Call) -> Json:
    if call.workspace.app.request_url or not call.workspace.app.socket_mode:
        raise Refused("socket_mode_not_enabled")
    return {"url": f"{call.hub.url.replace('http', 'ws', 1)}/link/{call.hub.sockets.ticket()}"}


METHODS = {
    "auth.test": Method(test, (), MANY),
    "api.test": Method(api_test, (), TIER_1 * 100, token="any"),
    "apps.connections.open": Method(open_connection, (), TIER_3, token="app"),
}
