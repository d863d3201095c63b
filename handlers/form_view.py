"""The form of a deploy as one person has it open: drawn again with each choice."""

from collections.abc import Sequence
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.grammar import DeployTo
from bot.messages.blocks import Block, context, section
from bot.messages.commands import prefixed_view
from bot.messages.form import deploy_form, nothing_yet, reading
from bot.messages.preview import preview_message
from bot.messages.refusals import refusal_message
from bot.messages.words import escape
from bot.offers import Draft, Memo
from bot.plan.draft import places, settled, written_strategy
from bot.refusals import Reason, Refusal
from handlers.form_fields import command_of, troubles
from handlers.office import Office
from handlers.reply import asked

log = structlog.get_logger(__name__)

GONE = frozenset({"hash_conflict", "not_found", "view_not_found"})
"""Another choice was made meanwhile, or the form was closed: what we have to say is no longer wanted."""


def open_form(office: Office, client: WebClient, trigger: str, user: str, channel: str) -> None:
    """Empty, but for what there is no choice about; `channel` is where the answer goes."""
    draft = settled(office.fleet(), Draft())
    opened = client.views_open(trigger_id=trigger, view=_view(office, draft, Memo(channel), _waiting(office, draft)))
    view: dict[str, Any] = opened["view"]
    FormView(office, client, view["id"], user, channel).fill(draft, view["hash"])


class FormView:
    def __init__(self, office: Office, client: WebClient, view_id: str, user: str, channel: str) -> None:
        self._office, self._client, self._id = office, client, view_id
        self._user, self._channel = user, channel

    def show(self, draft: Draft) -> None:
        """At once the fields that follow from this choice, then what it would do.

        The first may not be held back by a hash: of two choices in a row the second comes with the hash from before
        the first. What comes after it must be: it is about this choice only.
        """
        draft = settled(self._office.fleet(), draft)
        drawn = self._draw(draft, _waiting(self._office, draft))
        if drawn:
            self.fill(draft, drawn)

    def fill(self, draft: Draft, known_hash: str) -> None:
        """What it would do, unless another choice has been made since."""
        command = command_of(self._office.fleet(), draft)
        if command:
            shown, sha = self._planned(command)
            self._draw(draft, shown, str(command), sha, known_hash)
        elif draft.service:
            self._office.offering.freshen(draft.service)

    def show_no(self, draft: Draft, refusal: Refusal) -> None:
        """Why it was not begun, in full; where the release is another one by now, its plan."""
        command = command_of(self._office.fleet(), draft)
        no = refusal_message(refusal, self._office.clock.now())
        if command and refusal.reason is Reason.MOVED:
            shown, sha = self._planned(command)
            self._draw(draft, [section(f":warning: {no.text}"), *shown], str(command), sha)
        else:
            self._draw(draft, no.blocks)

    def _planned(self, command: DeployTo) -> tuple[Sequence[Block], str]:
        """The words of /deploy plan and the SHA that they are about; none when there is no plan."""
        seen, now = asked(lambda: self._office.previews.of(command, self._user)), self._office.clock.now()
        if isinstance(seen, Refusal):
            return refusal_message(seen, now).blocks, ""
        return preview_message(seen, now).blocks, seen.plan.release.sha

    def _draw(
        self, draft: Draft, shown: Sequence[Block], of: str = "", sha: str = "", known_hash: str | None = None
    ) -> str:
        """The new hash; empty when nobody wants it any more."""
        view = _view(self._office, draft, Memo(self._channel, of if sha else "", sha), shown)
        try:
            answer = self._client.views_update(view_id=self._id, hash=known_hash, view=view)
        except SlackApiError as error:
            if error.response.get("error") not in GONE:
                raise
            return ""
        return str(answer["view"]["hash"])


def _waiting(office: Office, draft: Draft) -> list[Block]:
    """What stands below until there is a plan, or instead of one."""
    wrong = troubles(office.fleet(), draft)
    if not wrong:
        return reading()
    if not (draft.service and draft.environment):
        return nothing_yet()
    return [context(escape(text)) for text in wrong.values()]


def _view(office: Office, draft: Draft, memo: Memo, shown: Sequence[Block]) -> dict[str, Any]:
    fleet = office.fleet()
    view = deploy_form(draft, places(fleet, draft.service), written_strategy(fleet, draft), memo, shown)
    return prefixed_view(view, office.prefix)
