"""users.* and usergroups.*: who is who, and who belongs to which group."""

from bot.sandbox.slack.call import Call, Method, page_of
from bot.sandbox.slack.entities import Json
from bot.sandbox.slack.rates import TIER_2, TIER_4
from bot.sandbox.slack.refused import Refused


def info(call: Call) -> Json:
    return {"user": call.person().as_api(call.workspace.seed.team_id)}


def list_(call: Call) -> Json:
    rows = [person.as_api(call.workspace.seed.team_id) for person in call.workspace.people.values()]
    page, cursor = page_of(rows, call.args, default=len(rows), most=1000)
    return {"members": page, "cache_ts": int(call.hub.clock()), "response_metadata": {"next_cursor": cursor}}


def groups(call: Call) -> Json:
    with_users = call.args.flag("include_users")
    team_id = call.workspace.seed.team_id
    return {"usergroups": [group.as_api(team_id, with_users=with_users) for group in call.workspace.groups.values()]}


def group_members(call: Call) -> Json:
    group = call.workspace.groups.get(call.args.need("usergroup"))
    if group is None:
        raise Refused("no_such_subteam")
    return {"users": list(group.members)}


METHODS = {
    "users.info": Method(info, ("users:read",), TIER_4),
    "users.list": Method(list_, ("users:read",), TIER_2),
    "usergroups.list": Method(groups, ("usergroups:read",), TIER_2),
    "usergroups.users.list": Method(group_members, ("usergroups:read",), TIER_2),
}
