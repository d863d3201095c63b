"""apprise in a process of its own, against a real mail server."""

import socket
import threading
from collections.abc import Iterator

import pytest

from bot.backends.notify import Notifier
from bot.letters import Letter
from tests.mailbox import Mailbox, Server

LETTER = Letter(
    "DOWN · shop · production", "What  GET https://shop.example.com/healthz: answered 503\nChanged  <nothing>"
)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(Mailbox())
    server.start()
    yield server
    server.stop()


def test_a_letter_arrives_as_a_mail(server: Server) -> None:
    assert Notifier({"mailto": server.url()}).send("mailto", LETTER) == ""
    (mail,) = server.box.got
    assert (mail["Subject"], mail["To"]) == (LETTER.title, "oncall@example.org")
    assert mail["From"].addresses[0].addr_spec == "bot@example.org"
    part = mail.get_body(("plain",))
    assert part is not None
    assert "answered 503" in part.get_content()
    assert "Changed  <nothing>" in part.get_content()


COPIED = "ana@example.org,Ben%20B%20<ben@example.org>&cc=cid@example.org&bcc=dan@example.org"
PEOPLE = ["ana@example.org", "ben@example.org", "cid@example.org", "dan@example.org"]


def test_every_recipient_of_a_mail_is_a_way_and_any_other_address_is_one(server: Server) -> None:
    notifier = Notifier(
        {
            "mailto": server.url(to=COPIED),
            "ntfys": "ntfys://ntfy.example.com/alerts",
            "mailto-2": server.url(),
            "mailto-3": server.url(to="ana@example.org,ana@example.org"),
        }
    )
    assert notifier.ways() == {
        "mailto": [f"mailto/{one}" for one in PEOPLE],
        "ntfys": ["ntfys"],
        "mailto-2": ["mailto-2"],
        "mailto-3": ["mailto-3"],
    }
    assert notifier.problems() == []


@pytest.mark.parametrize("to", PEOPLE)
def test_a_letter_to_one_of_them_reaches_nobody_else(server: Server, to: str) -> None:
    assert Notifier({"mailto": server.url(to=COPIED)}).send(f"mailto/{to}", LETTER) == ""
    assert server.box.reached == [(to,)]
    assert server.box.got[0]["To"].addresses[0].addr_spec == to


def test_who_left_the_settings_gets_no_letter(server: Server) -> None:
    why = Notifier({"mailto": server.url(to=COPIED)}).send("mailto/eve@example.org", LETTER)
    assert why == "NOTIFY_URLS does not name this recipient any more"
    assert server.box.got == []


def test_what_apprise_cannot_be_asked_in_time_stays_one_way(server: Server) -> None:
    assert Notifier({"mailto": server.url(to=COPIED)}, deadline=0.01).ways() == {"mailto": ["mailto"]}


def test_a_mail_that_the_server_does_not_take_says_why(server: Server) -> None:
    server.box.answer = "554 no mail today"
    why = Notifier({"mailto": server.url()}).send("mailto", LETTER)
    assert "no mail today" in why or "failed" in why
    assert server.box.got == []


def test_a_wrong_password_is_a_reason_without_the_password(server: Server) -> None:
    why = Notifier({"mailto": server.url("hunter2hunter2")}).send("mailto", LETTER)
    assert "Authentication" in why
    assert "hunter2" not in why
    assert server.box.logins[0] == b"hunter2hunter2"


def test_nobody_there_is_a_reason() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    why = Notifier({"mailto": f"mailto://u:p@127.0.0.1:{port}?from=a@b.org&mode=insecure"}).send("mailto", LETTER)
    assert "refused" in why


def test_a_server_that_says_nothing_is_ended_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"mailto://u:p@127.0.0.1:{mute.getsockname()[1]}?from=a@b.org&mode=insecure&cto=600"
        assert Notifier({"mailto": url}, deadline=3).send("mailto", LETTER) == "no end within 3 s"


def test_addresses_that_apprise_cannot_use_are_named_and_not_shown(server: Server) -> None:
    notifier = Notifier({"mailto": server.url(), "smoke": "smoke://hunter2@hill", "tgram": "tgram://hunter2"})
    found = notifier.problems()
    assert [problem.what for problem in found] == [
        "apprise cannot use the entry smoke",
        "apprise cannot use the entry tgram",
    ]
    assert "hunter2" not in str(found)
    assert Notifier({}).problems() == []


def test_at_the_end_what_is_under_way_is_ended() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mute.settimeout(60)
        url = f"mailto://u:p@127.0.0.1:{mute.getsockname()[1]}?from=a@b.org&mode=insecure&cto=600"
        notifier = Notifier({"mailto": url})
        said: list[str] = []
        thread = threading.Thread(target=lambda: said.append(notifier.send("mailto", LETTER)))
        thread.start()
        caller, _ = mute.accept()
        notifier.close(grace=0)
        thread.join(30)
        caller.close()
    assert said == ["its process died"]
