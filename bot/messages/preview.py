"""What a deploy would do, before anything moves; the same words when it has begun, in its thread."""

from datetime import datetime

from bot.messages.blocks import Block, content, context, section
from bot.messages.ci import now_words
from bot.messages.doubts import doubt_words
from bot.messages.evidence import never_tells
from bot.messages.freezes import frozen_words
from bot.messages.handed import does_words
from bot.messages.locks import lock_words
from bot.messages.meanwhile import meanwhile_words
from bot.messages.words import count, duration, escape, listing
from bot.model import Content, DeployKind
from bot.preview import Preview
from bot.quoting import clean
from bot.records import Changes, Commit, Deploy, Plan, StageKind

LONGEST_NAME = 60  # characters of an author
MOST_DROPPED = 3  # commits that would go, named in a deploy; a rollback names as many as it was given


def preview_message(preview: Preview, now: datetime | None = None) -> Content:
    """For `/deploy plan`: also what stands in its way, and whether it will ask."""
    kind = "rollback of " if preview.plan.kind is DeployKind.ROLLBACK else ""
    line = f"Plan · {kind}{what(preview.plan)} · nothing has moved"
    return content(line, [section(f"*{line}*"), *_in_the_way(preview, now), *plan_blocks(preview)])


def plan_reply(deploy: Deploy, preview: Preview) -> Content:
    """The first words in a deploy's thread: what it will do, before it does."""
    kind = "rollback" if deploy.plan.kind is DeployKind.ROLLBACK else "deploy"
    line = f"The plan of {kind} {deploy.id}: {what(deploy.plan)}"
    return content(line, [section(f"*{line}*"), *plan_blocks(preview)])


def what(plan: Plan) -> str:
    """`shop 1.4.2 → production`."""
    return f"{plan.target.service} {escape(plan.release.name)} → {plan.target.environment}"


def plan_blocks(preview: Preview) -> list[Block]:
    """Release, commits, stages with their hosts, and how long it usually takes."""
    plan = preview.plan
    if plan.kind is DeployKind.ROLLBACK:
        told = [section(_returns(preview)), *_gone(preview)]
    else:
        told = [section(_release(preview)), *_commits(preview)]
    does = does_words(plan)
    return [*told, *([section(does)] if does else []), section(_stages(preview)), context(_past(preview))]


def _release(preview: Preview) -> str:
    plan = preview.plan
    how = " · pushed by Pointsman" if preview.pushed else ""
    parts = [f"*Now*  {_now(preview)}", f"*Then*  {_exactly(preview)}{how}"]
    if plan.fallback:
        parts.append(f"*Way back*  {escape(plan.fallback.name)}")
    return "\n".join(parts)


def _now(preview: Preview) -> str:
    """`1.4.1`, `1.4.1, but 1.4.2 on web1`, or what all hosts were left on."""
    good = escape(preview.plan.fallback.name) if preview.plan.fallback else ""
    if not preview.beside:
        return good or "nothing of ours yet"
    others = "; ".join(f"{escape(release.name)} on {listing(hosts)}" for release, hosts in preview.beside)
    everywhere = sum(len(hosts) for _, hosts in preview.beside) == len(preview.plan.hosts)
    if not good:
        return f"{others}, though it never fully succeeded"
    return f"{others}, left there; {good} was the last to fully succeed" if everywhere else f"{good}, but {others}"


def _exactly(preview: Preview) -> str:
    plan = preview.plan
    sha = f"`{plan.release.short}`"
    if plan.changes and plan.changes.release_url:
        sha = f"<{plan.changes.release_url}|{plan.release.short}>"
    name = plan.release.name
    return sha if name == plan.release.short else f"{escape(name)} ({sha})"


def _returns(preview: Preview) -> str:
    """What a rollback brings back, and what it cannot."""
    plan, leaves = preview.plan, preview.leaves
    now = escape(leaves.name) if leaves else "what runs there now"
    left = ", ".join(map(escape, plan.irreversible)) or now
    hosts = listing(plan.hosts) if plan.handed else count(len(plan.hosts), "host")
    return "\n".join(
        [
            f"*Returns*  {_exactly(preview)} in the place of {now}, on {hosts} at once",
            f"*Does not return*  data and configuration outside the release: what migrations of {left} did stays",
        ]
    )


def _commits(preview: Preview) -> list[Block]:
    changes = preview.plan.changes
    if changes is None or not (changes.commits or changes.dropped):
        return []
    head = f"*{count(changes.commits, 'commit')} by {count(changes.authors, 'person', 'people')}*"
    blocks = [section("\n".join([f"{head}{_compare(changes)}", *_rows(preview.commits, changes.commits)]))]
    if changes.dropped:
        gone = f":warning: {count(changes.dropped, 'commit that is', 'commits that are')} live now would be gone:"
        blocks.append(section("\n".join([gone, *_rows(preview.dropped[:MOST_DROPPED], changes.dropped)])))
    return blocks


def _gone(preview: Preview) -> list[Block]:
    """The commits that a rollback undoes; none are told where git was not asked."""
    changes = preview.plan.changes
    if changes is None or not changes.dropped:
        return []
    head = f"*{count(changes.dropped, 'commit')} undone*{_compare(changes)}"
    return [section("\n".join([head, *_rows(preview.dropped, changes.dropped)]))]


def _compare(changes: Changes) -> str:
    return f" · <{changes.compare_url}|compare>" if changes.compare_url else ""


def _rows(commits: tuple[Commit, ...], total: int) -> list[str]:
    rows = [f"• {escape(clean(one.subject))} · {escape(clean(one.author, LONGEST_NAME))}" for one in commits]
    return [*rows, f"… and {total - len(rows):,} earlier"] if rows and total > len(rows) else rows


def _stages(preview: Preview) -> str:
    plan, rows = preview.plan, []
    for number, stage in enumerate(plan.stages, 1):
        hosts = f" · {listing(plan.batches[stage.batch])}" if stage.batch is not None else ""
        every = f" · {count(len(plan.hosts), 'host')}" if stage.kind is StageKind.PREFLIGHT else ""
        ci = f" · {now_words(preview.ci)}" if stage.kind is StageKind.CHECKS and preview.ci else ""
        rows.append(f"{number}. {stage.name}{every}{hosts}{ci}")
    return "\n".join(rows)


def _past(preview: Preview) -> str:
    typical, kind = preview.usual, preview.plan.kind.value
    if typical is None:
        return f"No {kind} there has succeeded yet, so how long it takes is not known."
    if len(preview.took) == 1:
        return f"The last good {kind} took {duration(typical)}."
    lengths = ", ".join(map(duration, preview.took))
    return f"Usually {duration(typical)}: the last {len(preview.took)} good {kind}s took {lengths}."


def _unasked(preview: Preview) -> str:
    lines = "\n".join(map(escape, preview.unasked))
    return f"*Could not be asked now*\n{lines}\nThat stops no deploy: its analysis asks again, and people if it lasts."


def _in_the_way(preview: Preview, now: datetime | None) -> list[Block]:
    lock, frozen = preview.hold.lock, preview.hold.frozen
    lines = [meanwhile_words(one, preview.plan.kind, now) for one in preview.busy] if now else []
    lines += [lock_words(lock, now)] if lock and now else []
    lines += [frozen_words(frozen, now)] if frozen and now else []
    lines += map(never_tells, preview.unmeasurable)
    blocks = [section("\n".join(["*In the way now*", *lines]))] if lines else []
    words = [doubt_words(doubt, preview.plan) for doubt in preview.doubts]
    blocks += [section(_unasked(preview))] if preview.unasked else []
    asks = "*It will ask for a click:*" if preview.doubts else ""
    return [*blocks, *([section("\n".join([asks, *words]))] if words else [])]
