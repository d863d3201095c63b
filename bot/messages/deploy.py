"""The one message of a deploy: who brings what where, stage by stage, then how it ended."""

from datetime import datetime

from bot.halt import HALT_STAGE
from bot.messages.aftercare import after_headline, care_blocks
from bot.messages.approval import is_asking, question_blocks, waits_for
from bot.messages.blocks import Block, actions, button, code, content, context, plan, section, task
from bot.messages.ci import FORCE
from bot.messages.evidence import running_words
from bot.messages.failures import behind_words
from bot.messages.halt import halt_blocks, halt_detail, stop_buttons, stopping_blocks
from bot.messages.hosts import batch_of, place_words, stage_detail
from bot.messages.locks import unlock_button
from bot.messages.words import count, duration, escape, listing, user
from bot.model import Content, DeployKind, DeployState, HostState, Release, Stage, StageState, short
from bot.records import Changes, Decision, Deploy, DeployView, HostLine, StageKind

MARKS = {DeployState.SUCCEEDED: "✓", DeployState.ROLLED_BACK: "↩", DeployState.FAILED: "✗"}


def deploy_message(view: DeployView, now: datetime) -> Content:
    deploy = view.deploy
    line = headline(view)
    blocks = [
        section(f"*{line}* · {user(deploy.requester)} · {duration(deploy.took(now))}"),
        *forced_blocks(deploy),
        context(_what(deploy)),
        plan(_progress(view), [_task(view, stage, now) for stage in view.stages]),
    ]
    blocks += care_blocks(view)
    blocks += [*question_blocks(view), *halt_blocks(view), *stopping_blocks(view)]
    left = behind_words(view) if deploy.state is DeployState.SUCCEEDED else ""
    if left:
        blocks.append(section(left))
    if deploy.state in (DeployState.FAILED, DeployState.ROLLED_BACK):
        blocks.append(section(_way_out(view)))
    unlock = [unlock_button(view.lock)] if view.lock else []
    blocks.append(actions(*stop_buttons(view), button("Details", "deploy.details", str(deploy.id)), *unlock))
    return content(line, blocks)


def title(deploy: Deploy) -> str:
    """`Deploy 41 · shop 1.4.2 → production`."""
    kind = "Rollback" if deploy.plan.kind is DeployKind.ROLLBACK else "Deploy"
    target = deploy.target
    return f"{kind} {deploy.id} · {target.service} {escape(deploy.release.name)} → {place_words(deploy.plan)}"


def headline(view: DeployView) -> str:
    """The first line, which says it all."""
    deploy = view.deploy
    if deploy.state is DeployState.RUNNING:
        return title(deploy)
    locked = " · locked" if view.lock else ""
    if deploy.state is DeployState.SUCCEEDED:
        after = after_headline(view)
        mark = MARKS[deploy.state] if not after else "↩" if view.undone_by else "✗"
        return f"{mark} {title(deploy)} done on {_done_on(view)}{after}{locked}"
    return f"{MARKS[deploy.state]} {title(deploy)} failed at {deploy.reason} · {_aftermath(view)}{locked}"


def _done_on(view: DeployView) -> str:
    """`4 hosts`, or `38 of 40 hosts · left behind: web3, web7`."""
    members = [line for line in view.hosts if line.state is not HostState.LEFT]
    left = [line.host for line in view.behind]
    if view.deploy.plan.handed:
        return listing(view.deploy.plan.hosts)
    if not left:
        return count(len(members), "host")
    return f"{len(members) - len(left)} of {count(len(members), 'host')} · left behind: {listing(left)}"


def _aftermath(view: DeployView) -> str:
    """What the failure left behind."""
    restored = [line.host for line in view.hosts if line.state is HostState.RESTORED]
    stuck = [line.host for line in view.hosts if line.stuck]
    keeping = [line.host for line in view.hosts if line.state is HostState.HEALTHY]
    if view.deploy.plan.kind is DeployKind.ROLLBACK and (stuck or keeping):
        rest = [line.host for line in view.hosts if line.state is not HostState.HEALTHY]
        return f"not back on {escape(view.deploy.release.name)}: {listing(rest)}"
    fallback = view.deploy.plan.fallback
    if stuck or (keeping and fallback and fallback.sha != view.deploy.release.sha):
        left = [line.host for line in view.hosts if line.may_run_new]
        behind = ", ".join(map(escape, view.deploy.plan.irreversible))
        kept = f"stays on {listing(left)}: no way back by itself behind {behind}" if behind else ""
        return kept or f"{count(len(left), 'host')} not brought back: {listing(left)}"
    if keeping:
        return f"{listing(keeping)} still on it: there is no other release to go back to"
    if restored:
        where = listing(restored) if view.deploy.plan.handed else count(len(restored), "host")
        return f"rolled back to {_fallback(view)} on {where}"
    if any(line.before for line in view.hosts):
        return "the old release runs on, no host was changed"
    return "no host was changed"


def _fallback(view: DeployView) -> str:
    fallback = view.deploy.plan.fallback
    if fallback:
        return escape(fallback.name)
    before = {line.before for line in view.hosts if line.state is HostState.RESTORED and line.before}
    return ", ".join(sorted(short(sha) for sha in before))


def _what(deploy: Deploy) -> str:
    """What comes with it, and what it could go back to."""
    parts = [_release(deploy.release, deploy.plan.changes)]
    fallback = deploy.plan.fallback
    if deploy.plan.changes and fallback:
        parts.append(_since(deploy.plan.changes, fallback))
    if deploy.plan.kind is DeployKind.DEPLOY:
        parts.append(f"rollback target {escape(fallback.name)}" if fallback else "no earlier release to go back to")
    if deploy.plan.partial:
        parts.append("partial: what stands there stays")
    if deploy.usual and deploy.state is DeployState.RUNNING:
        parts.append(f"usually {duration(deploy.usual)}")
    return " · ".join(parts)


def _release(release: Release, changes: Changes | None) -> str:
    shown = f"<{changes.release_url}|{release.short}>" if changes and changes.release_url else f"`{release.short}`"
    return f"release {shown}"


def _since(changes: Changes, fallback: Release) -> str:
    name = escape(fallback.name)
    text = f"{count(changes.commits, 'commit')} since {name} by {count(changes.authors, 'person', 'people')}"
    if not changes.commits:
        text = f"no new commits since {name}"
    if changes.dropped:
        text += f" · :warning: drops {count(changes.dropped, 'commit')} live now"
    return f"{text} · <{changes.compare_url}|compare>" if changes.compare_url else text


def _progress(view: DeployView) -> str:
    if view.deploy.plan.handed:
        return f"{view.deploy.release.name} on {listing(view.deploy.plan.hosts)}"
    done = sum(line.state is HostState.HEALTHY for line in view.hosts)
    return f"{done} of {count(len(view.hosts), 'host')} on {view.deploy.release.name}"


def _task(view: DeployView, stage: Stage, now: datetime) -> Block:
    took = ""
    if stage.started_at and stage.finished_at:
        took = f" · {duration(stage.finished_at - stage.started_at)}"
    detail = stage.detail or stage_detail(stage, view.hosts, batch_of(view.deploy.plan, stage))
    if stage.name == HALT_STAGE and stage.state is StageState.IN_PROGRESS:
        detail = halt_detail(view)
    if is_asking(view, stage.position):
        detail = waits_for(view)
    if view.look and view.look.position == stage.position:
        detail = running_words(view.look, now)
    key = f"stage-{stage.position}"
    if stage.state is StageState.ERROR:
        return task(key, stage.name + took, stage.state, output=detail)
    return task(key, stage.name + took, stage.state, details=detail)


def _way_out(view: DeployView) -> str:
    """What to do next."""
    target = view.deploy.target
    again = f"`/deploy {target.service}@… to {target.environment}`"
    if view.deploy.plan.kind is DeployKind.ROLLBACK:
        release = escape(view.deploy.release.name)
        again = f"`/deploy rollback {target.service} to {release} in {target.environment}`"
    if view.lock:
        again = f"unlock it and {again}"
    stuck = [line.host for line in view.hosts if line.stuck]
    if stuck:
        look = f":warning: Look at {listing(stuck)} first: what runs there is not sure to be well."
        return f"{look} Then {again} once more."
    if _red(view):
        return f"Mend what CI says and push, or run those checks again; then {again}. {FORCE}"
    question = view.approval.decision if view.approval else None
    if question is Decision.EXPIRED:
        return f"Nobody approved in time: {again} asks anew."
    if view.deploy.aborted_by or question is Decision.ABORTED:
        return f"It was ended by hand: {again} begins it anew."
    where = " (its last lines of output are in the thread)" if any(line.tail for line in view.hosts) else ""
    return f"Mend what failed{where}, then {again}."


def _red(view: DeployView) -> bool:
    """Whether it failed because of CI, and not because somebody ended it."""
    together = zip(view.deploy.plan.stages, view.stages, strict=False)
    red = any(planned.kind is StageKind.CHECKS and stage.state is StageState.ERROR for planned, stage in together)
    return red and not view.deploy.aborted_by


def forced_blocks(deploy: Deploy) -> list[Block]:
    return [section(f":rotating_light: *Forced* past {escape(deploy.forced)}")] if deploy.forced else []


def forced_message(deploy: Deploy) -> Content:
    """Said in the channel by itself: nobody shall have to find it in an edited message."""
    line = f":rotating_light: {user(deploy.requester)} forced {title(deploy)} past {escape(deploy.forced)}"
    return content(line, [section(f"*{line}*")])


def failure_reply(view: DeployView) -> Content:
    """Said once in the thread, and pings who asked: the cause, and each failed host's last lines."""
    deploy = view.deploy
    whom = user(view.undoes.requester if view.undoes else deploy.requester)
    blocks = [section(f"{whom} {headline(view)}")]
    told = [line for line in view.hosts if line.tail]
    for line in told[:5]:
        blocks += [section(_where(line)), code(line.tail)]
    if len(told) > 5:
        blocks.append(context(f"and {count(len(told) - 5, 'more host')}: the Details button shows them"))
    return content(f"{whom} {headline(view)}", blocks)


def behind_reply(view: DeployView) -> Content:
    """Said once in the thread of a deploy that is done, and pings who asked: hosts were left behind."""
    line = f"{user(view.deploy.requester)} {headline(view)}"
    return content(line, [section(line), section(behind_words(view))])


def _where(line: HostLine) -> str:
    step = f" · {line.step}" if line.step else ""
    return f"*{line.host}*{step} · {escape(line.detail)}"
