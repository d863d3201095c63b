"""Every table, brought to this version of the program."""

from bot.state import (
    acts,
    aftercare,
    approvals,
    audit,
    beats,
    blindness,
    checks,
    cloud_troubles,
    cpu,
    deploy_hosts,
    deploys,
    dispatches,
    equipped_hosts,
    escalations,
    figure_marks,
    fleets,
    found_hosts,
    freezes,
    group_care,
    halts,
    host_steps,
    incidents,
    locks,
    outbox,
    proposals,
    queue,
    readings,
    reports,
    rolls,
    samples,
    scale_grips,
    scale_notes,
    scale_wishes,
    scales,
    silences,
    stages,
    task_runs,
    verdicts,
)
from bot.state.database import Database

TABLES = tuple(
    module.MIGRATIONS
    for module in (
        outbox,
        fleets,
        deploys,
        stages,
        task_runs,
        deploy_hosts,
        approvals,
        acts,
        checks,
        incidents,
        audit,
        locks,
        freezes,
        samples,
        verdicts,
        rolls,
        readings,
        host_steps,
        aftercare,
        halts,
        queue,
        silences,
        proposals,
        dispatches,
        beats,
        blindness,
        reports,
        found_hosts,
        escalations,
        scales,
        scale_grips,
        scale_wishes,
        scale_notes,
        cpu,
        cloud_troubles,
        figure_marks,
        group_care,
        equipped_hosts,
    )
)


def apply_all(db: Database) -> None:
    """Applies what is missing; all of it or nothing. Safe to call at every start."""
    with db.schema.changing(), db.transaction() as here:
        for migrations in TABLES:
            migrations.apply(here)
