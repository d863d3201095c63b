"""files.*: the upload in three steps (ask for an address, send the bytes, say where it belongs)."""

import secrets
from typing import Any

from bot.sandbox.slack.call import Call, Method
from bot.sandbox.slack.entities import Json, Message
from bot.sandbox.slack.hub import Hub
from bot.sandbox.slack.ids import new_id
from bot.sandbox.slack.rates import TIER_4
from bot.sandbox.slack.refused import Refused

MOST_BYTES = 50_000_000


def get_upload_url(call: Call) -> Json:
    filename, length = call.args.need("filename"), call.args.number("length", 0, MOST_BYTES + 1)
    if length > MOST_BYTES:
        raise Refused("file_upload_size_restricted")
    ticket, file_id = secrets.token_urlsafe(12), new_id("F")
    call.hub.uploads[file_id] = {"ticket": ticket, "name": filename, "length": length, "data": None}
    return {"upload_url": f"{call.hub.url}/upload/{file_id}/{ticket}", "file_id": file_id}


def receive(hub: Hub, file_id: str, ticket: str, data: bytes) -> bool:
    """The bytes arrive at the upload address; False when nobody asked for it or the length is not as announced."""
    upload = hub.uploads.get(file_id)
    if upload is None or upload["ticket"] != ticket or len(data) != upload["length"]:
        return False
    upload["data"] = data
    return True


def complete_upload(call: Call) -> Json:
    wanted = call.args.structure("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(row, dict) for row in wanted):
        raise Refused("invalid_arguments")
    files = [_finished(call, row) for row in wanted]
    targets = [*call.args.text("channels").split(","), call.args.text("channel_id")]
    for target in filter(None, targets):
        _share(call, target, files)
    return {"files": files}


def _finished(call: Call, row: dict[str, Any]) -> Json:
    file_id = str(row.get("id"))
    upload = call.hub.uploads.get(file_id)
    if upload is None or upload["data"] is None:
        raise Refused("file_not_found")
    text = call.workspace.keep_file(file_id, upload["data"])
    return {
        "id": file_id,
        "name": upload["name"],
        "title": row.get("title") or upload["name"],
        "size": upload["length"],
        "mimetype": "text/plain",
        "filetype": "text",
        "mode": "hosted",
        "user": call.workspace.app.bot_user,
        "created": int(call.hub.clock()),
        "url_private": f"{call.hub.url}/files/{file_id}",
        "permalink": f"{call.hub.url}/files/{file_id}",
        "preview": text[:2000],
    }


def _share(call: Call, target: str, files: list[Json]) -> None:
    workspace = call.workspace
    channel = workspace.channels.get(target)
    if channel is None:
        raise Refused("channel_not_found")
    if workspace.app.bot_user not in channel.members:
        raise Refused("not_in_channel")
    message = Message(
        channel=channel.id,
        ts=workspace.times.next(),
        user=workspace.app.bot_user,
        text=call.args.text("initial_comment"),
        bot_id=workspace.app.bot_id,
        app_id=workspace.app.app_id,
        files=files,
    )
    workspace.add(message, call.args.text("thread_ts"))


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, ("files:write",), TIER_4),
    "files.completeUploadExternal": Method(complete_upload, ("files:write",), TIER_4),
}
