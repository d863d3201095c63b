"""The stage that brings the release to a batch of hosts."""

from collections.abc import Sequence

from bot.engine.bringing import Bringing
from bot.engine.journal import Journal
from bot.engine.sites import Sites
from bot.engine.stage_ends import StageEnds
from bot.messages.failures import failure_words, no_room_words
from bot.messages.obstacles import obstacles
from bot.messages.words import escape, listing
from bot.plan.strategy import failures, left_out, next_wave
from bot.records import Deploy, DeployView, HostLine
from bot.tolerance import NoRoom


class Batch:
    """Brings the release to one batch and waits for its health; in parts, where not all of it may be away at once."""

    def __init__(self, journal: Journal, ends: StageEnds, sites: Sites, bringing: Bringing) -> None:
        self._journal = journal
        self._ends = ends
        self._sites = sites
        self._bringing = bringing

    def __call__(self, view: DeployView, position: int) -> bool:
        number = view.deploy.plan.stages[position].batch or 0
        lines, trouble = self._through(view.deploy, view.order, number)
        return self._ends.end(view.deploy.id, position, lines, trouble)

    def _through(self, deploy: Deploy, order: str, number: int) -> tuple[Sequence[HostLine], str]:
        """The lines that are still to be written, and what stops it, in mrkdwn; nothing when all of the batch was dealt
        with. Goes on where a crash cut it off.
        """
        halted = self._ends.halted(deploy.id)
        after: Sequence[HostLine] = ()
        while True:
            lines = self._members(deploy, after)
            brought = {line.host for line in after}
            after = [line for line in lines if line.host in brought]
            trouble = _trouble(deploy, lines, number) if after else ""
            if trouble or (after and halted()):
                return after, trouble or _stopped(deploy, after, lines)
            wave = next_wave(lines, number, deploy.plan.tolerance)
            if isinstance(wave, NoRoom):
                return after, no_room_words(wave)
            if not wave:
                return after, _trouble(deploy, lines, number)
            self._write(deploy, after)
            after = self._bringing.bring(deploy, order, deploy.release.sha, wave, halted)

    def _members(self, deploy: Deploy, after: Sequence[HostLine]) -> Sequence[HostLine]:
        """The hosts as they stand, some as `after`, which is not written yet; who left the fleet file is marked so."""
        newer = {line.host: line for line in after}
        kept = [newer.get(line.host, line) for line in self._journal.lines(deploy)]
        lines = left_out(kept, self._sites.place(deploy.target).hosts)
        self._write(deploy, [line for line, before in zip(lines, kept, strict=True) if line is not before])
        return lines

    def _write(self, deploy: Deploy, lines: Sequence[HostLine]) -> None:
        if lines:
            with self._journal.writing(deploy.id) as now:
                self._journal.hosts.save(deploy.id, lines, now)


def _trouble(deploy: Deploy, lines: Sequence[HostLine], number: int) -> str:
    found = failures(lines, deploy.plan.tolerance)
    here = [line for line in lines if line.batch == number]
    bad = any(line.host in (*found.hosts, *found.lost) for line in here)
    return failure_words(here, found) if bad and (found.too_many or found.unproven) else ""


def _stopped(deploy: Deploy, after: Sequence[HostLine], lines: Sequence[HostLine]) -> str:
    """Somebody asked for the end in the middle of it: no failure is borne then, and what is to come is not begun."""
    failed = failures(after, deploy.plan.tolerance).hosts
    words = escape(obstacles((line.host, line.detail) for line in after if line.host in failed))
    coming = [line.host for line in lines if line.batch == after[0].batch and line.to_come]
    return words or (f"not begun on {listing(coming)}" if coming else "")
