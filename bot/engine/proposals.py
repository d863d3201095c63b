"""What waits for a confirming click: shown with its plan, and begun by the click if the plan is still the same."""

from bot.doubts import DoubtKind
from bot.drafts import Draft, Fate
from bot.engine.claims import Claim, Claims
from bot.engine.journal import Journal
from bot.engine.outages import NUMBER
from bot.engine.weighing import Weighed, Weighing
from bot.grammar import DeployTo, RollbackOf, parse_deploy
from bot.plan.changed import changes
from bot.plan.doubts import LASTS, asking, no_click, unseen
from bot.plan.seal import plan_hash, sealed, sha_of
from bot.proposals import Change, Proposal
from bot.records import Deploy
from bot.refusals import Reason, Refusal
from bot.state.database import Database
from bot.state.proposals import Proposals
from bot.trail import What

DEEDS = {
    Fate.OPEN: What.PROPOSED,
    Fate.CONFIRMED: What.PROPOSAL_CONFIRMED,
    Fate.CANCELLED: What.PROPOSAL_CANCELLED,
    Fate.REPLACED: What.PROPOSAL_REPLACED,
}


class ProposalDesk:
    def __init__(self, db: Database, journal: Journal, claims: Claims, weighing: Weighing) -> None:
        self._rows = Proposals(db)
        self._journal = journal
        self._claims = claims
        self._weighing = weighing

    def settle(self, user: str, weighed: Weighed | Refusal, claim: Claim | None = None) -> Deploy | Refusal | Proposal:
        """Begins it, unless something about it has to be asked first."""
        if isinstance(weighed, Refusal):
            return weighed
        if asking(weighed.preview.doubts, weighed.incident):
            return self._ask(user, weighed)
        return self._begin(user, weighed, claim)

    def settle_alone(self, user: str, weighed: Weighed | Refusal, claim: Claim) -> Deploy | Refusal:
        """The same with nobody there to click: what would have to be asked is refused."""
        if isinstance(weighed, Refusal):
            return weighed
        asks = asking(weighed.preview.doubts, weighed.incident)
        if asks:
            blind = all(doubt.kind is DoubtKind.BLIND for doubt in asks)  # which passes
            reason = Reason.BLIND if blind else Reason.TO_CONFIRM
            return Refusal(reason, str(weighed.command), detail=asks[0].cause, target=weighed.plan.target)
        return self._begin(user, weighed, claim)

    def _begin(self, user: str, weighed: Weighed, claim: Claim | None) -> Deploy | Refusal:
        return self._claims.begin(weighed.plan, user, weighed.incident, weighed.force, claim, weighed.preview)

    def confirm(self, user: str, button: str) -> Deploy | Refusal | Proposal:
        """The click: what was shown begins, or the truth is told. What has changed meanwhile is shown anew."""
        draft = self._found(user, button)
        if isinstance(draft, Refusal):
            return draft
        weighed = self._again(user, draft)
        if isinstance(weighed, Refusal):
            return weighed
        changed = changes(draft.plan, weighed.plan)
        if changed or unseen(draft, asking(weighed.preview.doubts, weighed.incident)):
            return self._ask(user, weighed, changed, instead_of=draft)
        begun = self._begin(user, weighed, self._using(draft))
        return begun if isinstance(begun, Deploy) else self._no(user, draft.id) or begun

    def cancel(self, user: str, button: str) -> Draft | Refusal:
        draft = self._found(user, button)
        if isinstance(draft, Refusal):
            return draft
        with self._journal.transaction():
            ended = self._end(draft, Fate.CANCELLED)
        return ended or self._no(user, draft.id) or Refusal(Reason.UNKNOWN_PROPOSAL, str(draft.id))

    def _ask(
        self, user: str, weighed: Weighed, changed: tuple[Change, ...] = (), instead_of: Draft | None = None
    ) -> Proposal | Refusal:
        with self._journal.transaction() as now:
            if instead_of and self._end(instead_of, Fate.REPLACED) is None:
                return self._no(user, instead_of.id) or Refusal(Reason.UNKNOWN_PROPOSAL)
            keys = tuple(doubt.key for doubt in weighed.preview.doubts)
            command, target, incident = str(weighed.command), weighed.plan.target, weighed.incident
            bound = sealed(weighed.plan), plan_hash(weighed.plan)
            draft = self._rows.put(Draft(command, target, user, *bound, keys, now, now + LASTS, incident))
            self._note(draft)
        asks = asking(weighed.preview.doubts, incident)
        return Proposal(draft, weighed.preview, asks, changed)

    def _again(self, user: str, draft: Draft) -> Weighed | Refusal:
        """The command, read and weighed as if it were typed now."""
        command = parse_deploy(draft.command)
        if isinstance(command, RollbackOf):
            return self._weighing.rollback(user, command, draft.incident)
        if not isinstance(command, DeployTo):
            return Refusal(Reason.UNREADABLE, draft.command, detail="This version reads that command in another way")
        weighed = self._weighing.deploy(user, command)
        if isinstance(weighed, Refusal) and weighed.reason is Reason.UNKNOWN_REF:
            sha = sha_of(draft.plan)
            return Refusal(
                Reason.REF_GONE, weighed.name, near=weighed.near, detail=sha, target=draft.target, proposal=draft
            )
        return weighed

    def _using(self, draft: Draft) -> Claim:
        """Of two clicks one begins it: used up in the transaction that begins the deploy."""
        return lambda deploy: self._end(draft, Fate.CONFIRMED, deploy.id) is not None

    def _found(self, user: str, button: str) -> Draft | Refusal:
        """By what stands on the button: number and plan."""
        number, _, seal = button.partition(":")
        draft = self._rows.get(int(number)) if NUMBER.fullmatch(number) else None
        if draft is None or draft.plan_hash != seal:
            return Refusal(Reason.UNKNOWN_PROPOSAL, number)
        return self._no(user, draft.id) or draft

    def _no(self, user: str, number: int) -> Refusal | None:
        draft = self._rows.get(number)
        reason = no_click(draft, user, self._journal.clock.now())
        if reason is None:
            return None
        begun = self._journal.deploys.get(draft.deploy) if draft and draft.deploy else None
        return Refusal(reason, str(number), target=draft.target if draft else None, deploy=begun, proposal=draft)

    def _end(self, draft: Draft, fate: Fate, deploy: int | None = None) -> Draft | None:
        ended = self._rows.end(draft.id, fate, self._journal.clock.now(), deploy)
        if ended:
            self._note(ended)
        return ended

    def _note(self, draft: Draft) -> None:
        """The audit's row, within the transaction that changed the proposal."""
        came = f"deploy {draft.deploy}" if draft.deploy else draft.plan_hash
        subject = f"proposal {draft.id}: {draft.command}"
        why = ", ".join(draft.doubts)
        self._journal.audit.note(draft.asker, DEEDS[draft.fate], subject, draft.target, why, after=came)
