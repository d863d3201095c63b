"""The form that /deploy opens when nothing is typed after it: it begins what it has shown, or nothing."""

import re
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import structlog
from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.grammar import DeployTo, ref_trouble
from bot.messages.form import CALLBACK, ENVIRONMENT, RELEASE, SERVICE, STRATEGY, menu_options, read_memo
from bot.messages.form_errors import NOT_SHOWN, error_text, field_of
from bot.model import Content
from bot.offers import Memo
from bot.plan import suggest
from bot.refusals import Refusal
from handlers.deploy import begin
from handlers.form_fields import block_of, command_of, read_draft, service_of, troubles
from handlers.form_view import FormView
from handlers.office import Office
from handlers.reply import refused, tell

log = structlog.get_logger(__name__)

CHOICE = re.compile("^(" + "|".join(map(re.escape, (SERVICE, ENVIRONMENT, RELEASE, STRATEGY))) + ")$")
PATIENCE = 2.0  # seconds; Slack waits three for what a submitted form is answered


def register(app: App, office: Office) -> None:
    workers = ThreadPoolExecutor(4, thread_name_prefix="form")

    @app.options(SERVICE)
    def services(ack: Ack, payload: dict[str, Any]) -> None:
        ack(**menu_options(suggest.services(str(payload.get("value") or ""), office.fleet().services)))

    @app.options(RELEASE)
    def releases(ack: Ack, payload: dict[str, Any]) -> None:
        typed = str(payload.get("value") or "")
        offers = office.offering.of(service_of(str(payload.get("block_id") or "")))
        ack(**menu_options(suggest.releases(typed, offers, not ref_trouble(typed.strip()))))

    @app.action(CHOICE)
    def chosen(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        user, view = str(body["user"]["id"]), body["view"]
        FormView(office, client, view["id"], user, _memo(body).channel).show(read_draft(view))

    @app.view(CALLBACK)
    def submitted(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        Submission(office, client, body, ack).answer(workers)


class Submission:
    """One press of the form's button."""

    def __init__(self, office: Office, client: WebClient, body: dict[str, Any], ack: Ack) -> None:
        self._office, self._client, self._ack = office, client, ack
        self._user, self._view, self._memo = str(body["user"]["id"]), body["view"], _memo(body)
        self._draft = read_draft(self._view)
        self._form = FormView(office, client, self._view["id"], self._user, self._memo.channel)

    def answer(self, workers: ThreadPoolExecutor) -> None:
        fleet = self._office.fleet()
        command = command_of(fleet, self._draft)
        if command is None:
            self._refuse(troubles(fleet, self._draft))
        elif self._memo.of != str(command) or not self._memo.sha:
            self._refuse({RELEASE: NOT_SHOWN})
            self._form.show(self._draft)
        else:
            self._begin(command, workers)

    def _begin(self, command: DeployTo, workers: ThreadPoolExecutor) -> None:
        """Within what Slack waits the answer stands in the form; later, in the channel."""
        begun = workers.submit(begin, self._office, self._user, command, self._memo.sha)
        found = _within(begun, PATIENCE)
        if isinstance(found, Refusal):
            self._refuse({field_of(found): error_text(found, self._office.clock.now())})
            self._form.show_no(self._draft, found)
            return
        self._ack()
        found = found or begun.result()
        said = refused(self._office, found) if isinstance(found, Refusal) else found
        tell(self._office, self._client, self._user, self._memo.channel or self._user, said)

    def _refuse(self, errors: dict[str, str]) -> None:
        self._ack(response_action="errors", errors={block_of(self._view, key): text for key, text in errors.items()})


def _within(begun: Future[Content | Refusal], seconds: float) -> Content | Refusal | None:
    try:
        return begun.result(seconds)
    except TimeoutError:
        return None


def _memo(body: dict[str, Any]) -> Memo:
    return read_memo(str(body["view"].get("private_metadata") or ""))
