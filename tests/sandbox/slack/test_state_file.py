"""What a workspace keeps from one start to the next."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.sandbox.slack.journal import Journal
from bot.sandbox.slack.server import Seed, Server
from tests.sandbox.slack.apps import web_client
from tests.sandbox.slack.pieces import home, section


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Server]]:
    """Starts a workspace on the same state file, as often as it is called."""
    running: list[Server] = []

    def starting() -> Server:
        for server in running:
            server.stop()
        running.append(Server(Seed.demo(), state_file=tmp_path / "deep" / "slack.jsonl"))
        running[-1].start()
        return running[-1]

    yield starting
    running[-1].stop()


def test_messages_threads_and_changes_outlive_a_restart(start: Callable[[], Server]) -> None:
    first = start()
    client = web_client(first)
    metadata = {"event_type": "op", "event_payload": {"id": 41}}
    root = client.chat_postMessage(channel="#deploys", text="old", blocks=[section()], metadata=metadata)["ts"]
    client.chat_postMessage(channel="#deploys", text="reply", thread_ts=root)
    client.chat_update(channel="C00DEPLOYS0", ts=root, text="new", blocks=[section("new")])
    gone = client.chat_postMessage(channel="#deploys", text="gone")["ts"]
    client.chat_delete(channel="C00DEPLOYS0", ts=gone)
    client.reactions_add(channel="C00DEPLOYS0", timestamp=root, name="eyes")
    before = first.messages("deploys", user="ana")
    second = start()
    assert second.messages("deploys", user="ana") == before
    assert before[0]["reply_count"] == 1
    assert web_client(second).chat_update(channel="C00DEPLOYS0", ts=root, text="newest")["ok"]


def test_new_messages_stand_behind_old_ones(start: Callable[[], Server]) -> None:
    old = start().post("ana", "old")["ts"]
    later = start()
    later.hub.workspace.times.clock = lambda: 0.0
    assert later.post("ana", "new")["ts"] > old


def test_home_tabs_direct_conversations_members_and_files_are_kept(start: Callable[[], Server]) -> None:
    first = start()
    client, ana = web_client(first), first.users["ana"]
    client.views_publish(user_id=ana, view=home())
    client.chat_postMessage(channel=ana, text="hi")
    client.conversations_join(channel="C00GENERAL0")
    client.files_upload_v2(channel="C00DEPLOYS0", content="the log", filename="log.txt")
    home_before, direct_before = first.home("ana"), first.messages("ana")
    second = start()
    assert second.home("ana") == home_before
    assert second.messages("ana") == direct_before
    assert web_client(second).conversations_info(channel="C00GENERAL0")["channel"]["is_member"]
    [file] = second.messages("deploys")[0]["files"]
    assert second.hub.workspace.files[file["id"]] == "the log"


def test_without_a_state_file_nothing_is_kept() -> None:
    journal = Journal(None)
    assert journal.load() == {}
    journal.put("message", "a", {"text": "x"})
    assert journal.load() == {}


def test_the_last_line_about_a_thing_counts(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    journal.load()
    journal.put("message", "a", {"text": "one"})
    journal.put("message", "a", {"text": "two"})
    journal.put("message", "b", {"text": "gone"})
    journal.put("message", "b", None)
    journal.close()
    assert Journal(tmp_path / "j").load() == {"message": {"a": {"text": "two"}}}


def test_loading_shortens_the_file(tmp_path: Path) -> None:
    path = tmp_path / "j"
    journal = Journal(path)
    journal.load()
    for number in range(100):
        journal.put("message", "a", {"text": str(number)})
    journal.close()
    assert len(path.read_bytes().splitlines()) == 100
    Journal(path).load()
    assert [json.loads(line)["body"] for line in path.read_bytes().splitlines()] == [{"text": "99"}]


def test_a_line_that_was_not_finished_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "j"
    journal = Journal(path)
    journal.load()
    journal.put("message", "a", {"text": "whole"})
    journal.close()
    with path.open("ab") as file:
        file.write(b'{"kind": "message", "key": "b", "bo')
    again = Journal(path)
    assert again.load() == {"message": {"a": {"text": "whole"}}}
    again.put("message", "c", {"text": "after"})
    again.close()
    assert Journal(path).load()["message"].keys() == {"a", "c"}


def test_nothing_is_written_after_the_end(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    journal.load()
    journal.close()
    journal.put("message", "a", {"text": "late"})
    assert (tmp_path / "j").read_bytes() == b""


KILLED = """
import sys, pathlib, time
from bot.sandbox.slack.server import Seed, Server
server = Server(Seed.demo(), state_file=pathlib.Path(sys.argv[1]))
server.start()
for number in range(20):
    server.post("ana", f"message {number}")
print("posted", flush=True)
time.sleep(60)
"""


def test_a_killed_workspace_has_lost_nothing_that_was_answered(tmp_path: Path) -> None:
    state = tmp_path / "slack.jsonl"
    with subprocess.Popen([sys.executable, "-c", KILLED, state], stdout=subprocess.PIPE, cwd=Path.cwd()) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"posted\n"
        os.kill(process.pid, signal.SIGKILL)
    server = Server(Seed.demo(), state_file=state)
    assert [row["text"] for row in server.messages("deploys")] == [f"message {number}" for number in range(20)]
    server.stop()
