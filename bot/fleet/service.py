"""A service: where its releases come from, whose it is, where it runs."""

from pydantic import Field

from bot.fleet.deployment import Deployment
from bot.fleet.escalation import Escalation
from bot.fleet.forge import commit_url, compare_url
from bot.fleet.part import Part
from bot.fleet.words import Commit, Compare, Glob, Mention, Name, Repository, Url


class Service(Part):
    """One application: where its releases come from, whose it is, where it runs."""

    owners: tuple[Mention, ...] = Field(default=(), description="Whose it is.")
    repo: Repository = Field(description="Anything git can fetch.")
    runbook: Url | None = Field(default=None, description="What to do when it is down.")
    escalate: tuple[Escalation, ...] | None = Field(
        default=None, description="Its own steps; left out: those of `alerts`."
    )
    depends_on: tuple[Name, ...] = Field(
        default=(),
        description="Services that it needs; while one is down its own outage is told in that one's message.",
    )
    compare: Compare | None = Field(
        default_factory=lambda data: compare_url(data.get("repo", "")),
        description="Page that compares {old} with {new}; known for GitHub and GitLab.",
    )
    commit: Commit | None = Field(
        default_factory=lambda data: commit_url(data.get("repo", "")),
        description="Page of the commit {sha}; known for GitHub and GitLab.",
    )
    irreversible: tuple[Glob, ...] = Field(
        default=(), description="Releases, by tag or pattern, that are never rolled back without being asked."
    )
    environments: dict[Name, Deployment] = Field(min_length=1, description="Where it runs.")
