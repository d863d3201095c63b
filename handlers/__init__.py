"""Slack's requests: each handler acknowledges, parses, asks the engine and replies."""

from slack_bolt import App

from handlers import (
    anyway,
    approval,
    deploy,
    deploy_details,
    deploy_form,
    groups,
    halt,
    history,
    home,
    incident,
    locks,
    proposals,
    queue,
    scale,
    scale_clicks,
    status,
    verdict,
)
from handlers.command import Command
from handlers.office import Office
from handlers.recorder import record

COMMANDS: tuple[Command, ...] = (deploy.COMMAND, scale.COMMAND, status.COMMAND)


def register(app: App, office: Office) -> None:
    record(app, office.audit)
    for module in (
        deploy,
        deploy_form,
        deploy_details,
        history,
        approval,
        proposals,
        halt,
        verdict,
        incident,
        anyway,
        locks,
        queue,
        scale,
        scale_clicks,
        status,
        home,
        groups,
    ):
        module.register(app, office)
