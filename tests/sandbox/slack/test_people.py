"""users.*, usergroups.* and reactions.*."""

from slack_sdk import WebClient

from bot.sandbox.slack.server import Server
from tests.sandbox.slack.refusal import error_of


def test_four_people_and_the_app_are_there(server: Server, client: WebClient) -> None:
    members = client.users_list()["members"]
    assert [member["name"] for member in members] == ["ana", "ben", "cid", "lea", "pointsman"]
    assert [member["is_bot"] for member in members] == [False] * 4 + [True]
    assert server.users["cid"] == members[2]["id"]


def test_the_list_of_users_comes_in_pages(client: WebClient) -> None:
    assert [len(page["members"]) for page in client.users_list(limit=2)] == [2, 2, 1]


def test_a_user_is_told_by_id(server: Server, client: WebClient) -> None:
    user = client.users_info(user=server.users["lea"])["user"]
    assert (user["real_name"], user["profile"]["title"]) == ("Lea Laurent", "Engineering lead")
    assert error_of(client.users_info, user="U0NOBODY") == "user_not_found"


def test_user_groups_are_told_with_their_members_on_request(server: Server, client: WebClient) -> None:
    groups = client.usergroups_list()["usergroups"]
    assert {group["handle"]: group["user_count"] for group in groups} == {
        "leads": 1,
        "oncall": 2,
        "engineering": 4,
        "shop-team": 2,
    }
    assert "users" not in groups[0]
    assert client.usergroups_list(include_users=True)["usergroups"][0]["users"] == [server.users["lea"]]


def test_the_members_of_one_group(server: Server, client: WebClient) -> None:
    on_call = next(group["id"] for group in client.usergroups_list()["usergroups"] if group["handle"] == "oncall")
    assert client.usergroups_users_list(usergroup=on_call)["users"] == [server.users["cid"], server.users["lea"]]
    assert error_of(client.usergroups_users_list, usergroup="S0NOBODY") == "no_such_subteam"


def test_a_reaction_is_counted_once(server: Server, client: WebClient, deploys: str) -> None:
    ts = server.post("ana", "shipped")["ts"]
    client.reactions_add(channel=deploys, timestamp=ts, name=":tada:")
    assert error_of(client.reactions_add, channel=deploys, timestamp=ts, name="tada") == "already_reacted"
    [reaction] = server.messages("deploys")[0]["reactions"]
    assert reaction == {"name": "tada", "users": [server.hub.app.bot_user], "count": 1}


def test_a_reaction_is_taken_back(server: Server, client: WebClient, deploys: str) -> None:
    ts = server.post("ana", "shipped")["ts"]
    client.reactions_add(channel=deploys, timestamp=ts, name="eyes")
    client.reactions_remove(channel=deploys, timestamp=ts, name="eyes")
    assert "reactions" not in server.messages("deploys")[0]
    assert error_of(client.reactions_remove, channel=deploys, timestamp=ts, name="eyes") == "no_reaction"


def test_a_reaction_needs_a_message_and_a_name(server: Server, client: WebClient, deploys: str) -> None:
    ts = server.post("ana", "shipped")["ts"]
    assert error_of(client.reactions_add, channel=deploys, timestamp="1.000001", name="eyes") == "message_not_found"
    assert error_of(client.reactions_add, channel=deploys, timestamp=ts, name="not an emoji") == "invalid_name"
