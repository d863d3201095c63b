"""The durable workflow of a deploy: preflight, batch by batch, and back again if one fails."""

from collections.abc import Callable

import structlog

from bot.engine.durable import Durable
from bot.engine.goback import GoBack
from bot.engine.journal import Journal
from bot.engine.latecomers import Latecomers
from bot.engine.stages import Stages
from bot.errors import StateError
from bot.messages.failures import own_failure
from bot.messages.words import escape
from bot.model import StageState
from bot.plan.stages import BROKEN_STAGE

log = structlog.get_logger(__name__)

MOST_ROUNDS = 10  # in which hosts that join while others are brought along are found


class Rollout:
    """Its order of steps is what `durable.VERSION` stands for. `after` is called when a deploy has ended.

    A journal of before, in which hosts were read again and the deploy was closed by steps of their own, is gone
    through as it was written.
    """

    NAME = "deploy"

    def __init__(
        self,
        journal: Journal,
        stages: Stages,
        late: Latecomers,
        back: GoBack,
        durable: Durable,
        after: Callable[[], None],
    ) -> None:
        self._journal = journal
        self._stages = stages
        self._late = late
        self._back = back
        self._durable = durable
        self._after = after
        durable.register(self.NAME, self.run)

    def start(self, deploy_id: int) -> None:
        self._durable.start(self.NAME, deploy_id)

    def resume(self) -> None:
        """Begins what was written down and not begun when the bot died; ends what can never end by itself."""
        for deploy in self._journal.deploys.unfinished():
            if self._durable.over(self.NAME, deploy.id):
                self._give_up(deploy.id)
            else:
                self.start(deploy.id)

    def run(self, deploy_id: int) -> None:
        ended = self._tried(self._through, deploy_id)
        if ended is None:
            self._tried(self._go_back, deploy_id)
        if not ended:
            self._durable.step("close", self._close, deploy_id)

    def _tried(self, part: Callable[[int], bool], deploy_id: int) -> bool | None:
        """What it answered, None when it broke. The workflow's edge: a deploy must end, or it blocks the next one for
        ever.
        """
        try:
            return part(deploy_id)
        except Exception as error:
            log.exception("deploy broke", deploy=deploy_id)
            self._durable.step("broke", self._broke, deploy_id, str(error))
            return None

    def _through(self, deploy_id: int) -> bool:
        """Whether that has ended the deploy, too."""
        for position, stage in enumerate(self._journal.deploy(deploy_id).plan.stages):
            if not self._durable.step(f"{position} {stage.kind}", self._stages.run, deploy_id, position):
                return self._go_back(deploy_id)
        return self._complete(deploy_id)

    def _complete(self, deploy_id: int) -> bool:
        """Hosts that joined meanwhile are brought along before it is called done."""
        for number in range(MOST_ROUNDS):
            joined = self._durable.step(f"late hosts {number}", self.finish, deploy_id)
            if joined is None:
                return True
            if not joined:
                break
            if not self._durable.step(f"bring late hosts {number}", self._late.bring, deploy_id, joined):
                return self._go_back(deploy_id)
        self._durable.step("read again", self._late.read_again, deploy_id)
        return False

    def finish(self, deploy_id: int) -> list[str] | None:
        """Hosts that are to be brought along first; without any it is ended at once (None), unless that breaks: then
        it is tried by the steps that follow, and what went well is not undone for it.
        """
        before_a_crash = self._journal.deploy(deploy_id).finished_at is not None
        if not before_a_crash and (joined := self._late.find(deploy_id)):
            return joined
        try:
            if not before_a_crash:
                self._late.read_again(deploy_id)
            self._close(deploy_id)
        except StateError:
            raise
        except Exception:
            log.exception("a deploy could not be ended", deploy=deploy_id)
            return []
        return None

    def _go_back(self, deploy_id: int) -> bool:
        """It is still to be closed."""
        wanted = self._durable.step("plan rollback", self._back.plan, deploy_id)
        if wanted:
            self._durable.step("rollback", self._back.run, deploy_id, wanted)
        return False

    def _broke(self, deploy_id: int, words: str) -> None:
        """A defect of the bot: said as such, at the stage that it met."""
        stages = self._journal.stages
        with self._journal.writing(deploy_id) as now:
            met = [stage.position for stage in stages.of(deploy_id) if stage.state is StageState.IN_PROGRESS]
            for position in met or [stages.append(deploy_id, BROKEN_STAGE)]:
                stages.end(deploy_id, position, StageState.ERROR, own_failure(escape(words)), now)

    def _give_up(self, deploy_id: int) -> None:
        """Its workflow ended without writing down how: it ends as what is known of it says."""
        states = {stage.state for stage in self._journal.stages.of(deploy_id)}
        if StageState.ERROR not in states and states != {StageState.COMPLETE}:
            self._broke(deploy_id, "its workflow ended before the deploy did")
        self._close(deploy_id)

    def _close(self, deploy_id: int) -> str:
        deploy = self._journal.close(deploy_id)
        log.info("deploy ended", deploy=deploy_id, state=deploy.state.value, reason=deploy.reason)
        self._after()
        return deploy.state.value
