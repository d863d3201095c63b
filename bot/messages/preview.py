"""What a deploy would do, before anything moves."""

from bot.messages.blocks import Block, content, context, section
from bot.messages.ci import now_words
from bot.messages.hosts import place_words
from bot.messages.words import count, duration, escape, listing
from bot.model import Content
from bot.records import Plan, Preview, StageKind


def preview_message(preview: Preview) -> Content:
    plan = preview.plan
    what = f"{plan.target.service} {escape(plan.release.name)} → {place_words(plan)}"
    line = f"Plan · {what} · nothing has moved"
    blocks = [section(f"*{line}*"), section(_release(plan)), *_commits(preview), section(_stages(preview))]
    blocks.append(context(_past(preview)))
    return content(line, blocks)


def _release(plan: Plan) -> str:
    now = escape(plan.fallback.name) if plan.fallback else "nothing of ours yet"
    parts = [f"*Now*  {now}", f"*Then*  {escape(plan.release.name)} (`{plan.release.short}`)"]
    if plan.fallback:
        parts.append(f"*Way back*  {now}")
    return "\n".join(parts)


def _commits(preview: Preview) -> list[Block]:
    changes = preview.plan.changes
    if changes is None or not (changes.commits or changes.dropped):
        return []
    head = f"*{count(changes.commits, 'commit')} by {count(changes.authors, 'person', 'people')}*"
    if changes.compare_url:
        head += f" · <{changes.compare_url}|compare>"
    rows = [f"• {escape(one.subject)} · {escape(one.author)}" for one in preview.commits]
    if changes.commits > len(rows):
        rows.append(f"… and {changes.commits - len(rows):,} earlier")
    blocks = [section("\n".join([head, *rows]))]
    if changes.dropped:
        blocks.append(section(f":warning: {count(changes.dropped, 'commit')} that are live now would be gone."))
    return blocks


def _stages(preview: Preview) -> str:
    plan, rows = preview.plan, []
    for number, stage in enumerate(plan.stages, 1):
        hosts = f"  {listing(plan.batches[stage.batch])}" if stage.batch is not None else ""
        every = f"  {count(len(plan.hosts), 'host')}" if stage.kind is StageKind.PREFLIGHT else ""
        ci = f"  {now_words(preview.ci)}" if stage.kind is StageKind.CHECKS and preview.ci else ""
        rows.append(f"{number}. {stage.name}{every}{hosts}{ci}")
    return "\n".join(rows)


def _past(preview: Preview) -> str:
    if not preview.took:
        return "No deploy there has succeeded yet, so how long it takes is not known."
    which = "The last good deploy" if len(preview.took) == 1 else f"The last {len(preview.took)} good deploys"
    return f"{which} took {', '.join(map(duration, preview.took))}."
