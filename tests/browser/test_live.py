"""What happens elsewhere appears at once, in place, and survives a lost connection."""

from selenium.webdriver.common.keys import Keys

from bot.sandbox.slack.server import Seed, Server
from tests.browser.pilot import MANIFEST, Pilot, deploy_blocks
from tests.browser.window import Window
from tests.sandbox.slack.apps import web_client
from tests.sandbox.slack.pieces import rich, section
from tests.waiting import eventually


def plan(*states: str) -> list[dict[str, object]]:
    tasks = [
        {"task_id": f"t{i}", "title": f"Batch {i}", "status": state, "output": rich(f"log of {i}")}
        for i, state in enumerate(states)
    ]
    return [{"type": "plan", "title": "Deploy 41", "tasks": tasks, "block_id": "plan"}]


def test_an_update_changes_the_message_in_place(window: Window, server: Server) -> None:
    client, where = web_client(server), server.channels["deploys"]
    ts = client.chat_postMessage(channel=where, text="41", blocks=plan("complete", "in_progress", "pending"))["ts"]
    window.one(".task.in_progress", "Batch 1")
    window.click("[data-task='t0'] summary", "Output")
    window.run("window.before = [...document.querySelectorAll('.message, .task')]")
    client.chat_update(channel=where, ts=ts, text="41", blocks=plan("complete", "complete", "in_progress"))
    window.one("[data-task='t2'].in_progress")
    same = "return window.before.every((one, i) => one === document.querySelectorAll('.message, .task')[i])"
    assert window.run(same), "the elements were kept"
    assert window.run("return document.querySelector('[data-task=t0] details').open"), "what was unfolded stays so"
    client.chat_delete(channel=where, ts=ts)
    assert window.gone(".message")


def fill(server: Server, count: int = 30) -> list[str]:
    client, where = web_client(server), server.channels["deploys"]
    return [str(client.chat_postMessage(channel=where, text=f"line {i}\nand more")["ts"]) for i in range(count)]


LIST = "const list = document.querySelector('.main .scroller');"
TO_END = f"{LIST} return Math.round(list.scrollHeight - list.scrollTop - list.clientHeight)"
FROM_TOP = f"{LIST} return list.scrollTop"


def test_the_list_stays_at_its_end_only_if_it_was_there(window: Window, server: Server) -> None:
    fill(server)
    window.one(".message", "line 29")
    eventually(lambda: window.run(TO_END) == 0)
    server.post("ben", "one more")
    window.one(".message", "one more")
    eventually(lambda: window.run(TO_END) == 0)
    window.run(f"{LIST} list.scrollTop = 200")
    window.one(".jump", "Newest")
    before = window.run(FROM_TOP)
    server.post("ben", "seen later")
    window.one(".jump.fresh", "1 new message")
    assert window.run(FROM_TOP) == before
    window.click(".jump")
    eventually(lambda: window.run(TO_END) == 0)
    assert window.gone(".jump")


def test_other_channels_show_what_is_unread_and_who_is_meant(window: Window, server: Server) -> None:
    server.post("ben", "look at this", channel="alerts")
    window.one("[data-channel='alerts'].unread .count", "1")
    server.post("ben", f"you too, <@{server.users['ana']}>", channel="alerts")
    window.one("[data-channel='alerts'] .count.mentions", "1")
    eventually(lambda: window.driver.title == "(2) #deploys · Sandbox workspace")
    window.click("[data-channel='alerts']")
    window.one(".message", "you too, @ana")
    assert window.gone("[data-channel='alerts'] .count")
    window.click("[data-channel='deploys']")
    window.reload()
    assert not window.all("[data-channel='alerts'].unread"), "a new window remembers what was seen"


def test_a_lost_connection_is_said_and_what_was_missed_appears(window: Window, server: Server) -> None:
    port = int(server.url.rsplit(":", 1)[1])
    server.stop()
    window.one(".lost", "Connection lost")
    window.type("/deploy shop" + Keys.ENTER)
    window.one(".toast.error", "does not answer")
    eventually(lambda: window.composer == "/deploy shop")
    again = Server(Seed.demo(), port=port)
    again.start()
    try:
        again.register(MANIFEST)
        again.post("ben", "meanwhile")
        window.one(".message", "meanwhile")
        assert window.gone(".lost")
        again.post("cid", "and now")
        window.one(".message", "and now")
    finally:
        again.stop()


def test_the_app_is_seen_to_come_and_go(window: Window, server: Server, pilot: Pilot) -> None:
    window.one(".presence.up", "1 socket")
    pilot.client.chat_postMessage(channel=server.channels["deploys"], text="d", blocks=deploy_blocks("running"))
    window.one(".message", "running")


def test_two_people_in_two_places_see_one_conversation(window: Window, server: Server) -> None:
    client = web_client(server)
    client.chat_postEphemeral(channel=server.channels["deploys"], user=server.users["ben"], text="only ben")
    client.chat_postMessage(channel=server.channels["deploys"], text="all", blocks=[section("for everybody")])
    window.one(".message", "for everybody")
    assert not window.all(".ephemeral")
    window.become("ben")
    window.one(".ephemeral", "only ben")
    window.one(".message", "for everybody")
