"""Uploading a file with the real client, and the three steps behind it."""

import urllib.request
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackRequestError

from bot.sandbox.slack.server import Server
from tests.sandbox.slack.refusal import error_of


def test_a_log_is_uploaded_into_a_thread(server: Server, client: WebClient, deploys: str) -> None:
    root = client.chat_postMessage(channel=deploys, text="Deploy 42 failed")["ts"]
    answer = client.files_upload_v2(
        channel=deploys,
        content="line 1\nline 2",
        filename="web1.log",
        title="web1",
        initial_comment="Log",
        thread_ts=root,
    )
    _, message = server.messages("deploys", thread_ts=root)
    [file] = message["files"]
    assert (message["text"], message["thread_ts"]) == ("Log", root)
    assert (file["name"], file["title"], file["size"], file["preview"]) == ("web1.log", "web1", 13, "line 1\nline 2")
    assert answer["file"]["id"] == file["id"]
    with urllib.request.urlopen(file["url_private"]) as download:
        assert download.read() == b"line 1\nline 2"


def test_a_file_without_a_channel_is_kept_and_shown_nowhere(server: Server, client: WebClient) -> None:
    answer = client.files_upload_v2(content="x", filename="a.txt")
    assert server.messages("deploys") == []
    assert answer["file"]["permalink"].startswith(server.url + "/files/F")


@pytest.mark.parametrize(
    ("channel", "more", "error"),
    [
        ("C00GENERAL0", {}, "not_in_channel"),
        ("C0NOWHERE", {}, "channel_not_found"),
        ("C00DEPLOYS0", {"thread_ts": "1.000001"}, "thread_not_found"),
    ],
)
def test_a_file_goes_only_where_the_app_is(
    server: Server, client: WebClient, channel: str, more: dict[str, Any], error: str
) -> None:
    assert error_of(client.files_upload_v2, channel=channel, content="x", filename="a.txt", **more) == error
    assert server.messages("deploys") == server.messages("general") == []


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ([{"id": "F0NOWHERE"}], "file_not_found"),
        ([], "invalid_arguments"),
        ("F1", "invalid_arguments"),
        (["F1"], "invalid_arguments"),
    ],
)
def test_only_uploaded_files_are_completed(client: WebClient, files: Any, error: str) -> None:
    assert error_of(client.api_call, "files.completeUploadExternal", json={"files": files}) == error


def test_a_file_whose_bytes_never_came_is_not_completed(client: WebClient) -> None:
    file_id = client.files_getUploadURLExternal(filename="a", length=3)["file_id"]
    assert error_of(client.files_completeUploadExternal, files=[{"id": file_id, "title": "a"}]) == "file_not_found"


def test_the_bytes_must_be_as_many_as_announced(client: WebClient) -> None:
    url = client.files_getUploadURLExternal(filename="a", length=3)["upload_url"]
    with pytest.raises(OSError, match="400"):
        urllib.request.urlopen(url, data=b"four")
    with pytest.raises(OSError, match="400"):
        urllib.request.urlopen(url + "x", data=b"abc")
    with urllib.request.urlopen(url, data=b"abc") as answer:
        assert answer.read() == b"OK - 3"


def test_a_file_has_a_size_that_slack_takes(client: WebClient) -> None:
    too_large = 50_000_001
    assert error_of(client.files_getUploadURLExternal, filename="a", length=too_large) == "file_upload_size_restricted"
    assert error_of(client.files_getUploadURLExternal, filename="a", length=0) == "invalid_arguments"


def test_a_file_that_is_not_there_is_not_found(server: Server) -> None:
    with pytest.raises(OSError, match="404"):
        urllib.request.urlopen(f"{server.url}/files/F0NOWHERE")


def test_a_failed_upload_is_told_by_the_sdk(server: Server, client: WebClient, deploys: str) -> None:
    server.faults.add("files.completeUploadExternal", kind="server_error", times=1)
    with pytest.raises((SlackRequestError, Exception), match="internal_error"):
        client.files_upload_v2(channel=deploys, content="x", filename="a.txt")
