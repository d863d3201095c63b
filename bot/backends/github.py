"""What CI says of commits, from GitHub's REST API or a server that speaks it: GitHub Enterprise, Gitea, Forgejo.

GitHub has two kinds of results, commit statuses and check runs, and both are read: a token that may see only one of
them must not make the other look as if it had nothing to say. Gitea and Forgejo have statuses only, and answer 404 to
the question for check runs. That is taken for "there are none" from a server that is not GitHub; GitHub, which signs
its answers with X-GitHub-Request-Id, says 404 also of what a token may not see, and then nothing counts as read.
"""

from typing import Any

from bot.backends.github_wire import Limits, Wire
from bot.backends.github_words import not_found
from bot.ci import CommitCheck
from bot.errors import ChecksAway, ChecksRefused
from bot.fleet.forge import host, is_elsewhere, slug

EACH = 100  # items of a page: GitHub's most; others give fewer
PAGES = 20
STATUSES, RUNS = "statuses", "check_runs"

Checks = tuple[CommitCheck, ...]
NONE: tuple[Checks, int] = ((), 0)
"""A page: its checks, and how many there are in all."""


class GitHubChecks:
    """Implements `base.CommitChecks`. Safe to use from many threads at once."""

    def __init__(self, api_url: str, token: str | None = None, limits: Limits | None = None) -> None:
        self._wire = Wire(api_url, token, limits)
        self._token = token

    def read(self, repo: str, sha: str) -> Checks:
        """All of it or a ChecksError: half of the truth could let a deploy pass."""
        name = self._name(repo)
        commit = f"/repos/{name}/commits/{sha}"
        statuses = self._all(f"{commit}/status?", STATUSES, sha)
        if statuses is None:
            raise not_found(self._wire.host, f"commit {sha[:7]} of {name}", self._token)
        runs = self._all(f"{commit}/check-runs?filter=latest&", RUNS, sha)
        if runs is None:
            raise not_found(self._wire.host, f"check runs of {name}, though it knows its statuses", self._token)
        return statuses + runs

    def close(self) -> None:
        self._wire.close()

    def _name(self, repo: str) -> str:
        """owner/name. Raises ChecksRefused for a repository of which this server cannot know."""
        name, there = slug(repo), host(repo)
        if name is None:
            raise ChecksRefused("the service's repo has no owner/name to ask CI by: look at the fleet file")
        if is_elsewhere(repo, self._wire.base):
            what = f"the repository is on {there}, and CI would be asked about it at {self._wire.host}"
            raise ChecksRefused(f"{what}: set GITHUB_API_URL to the API of {there}")
        return name

    def _all(self, path: str, key: str, sha: str) -> Checks | None:
        """From all pages; None where there is no such commit, or it may not be seen."""
        found: Checks = ()
        for number in range(1, PAGES + 1):
            # per_page is GitHub's word, limit is Gitea's
            where = f"{path}per_page={EACH}&limit={EACH}&page={number}"
            page = self._wire.get(where, lambda body: self._short(body, key, sha))
            if not page.there:
                return () if key == RUNS and not page.github else None
            if page.body is None and page.github:
                raise self._wire.nonsense()
            checks, total = page.body or NONE
            found += checks
            # elsewhere the total may be only that of this page, so that nothing but an empty page is the end
            if page.github and not checks and len(found) < total:
                raise ChecksAway(f"{self._wire.host} lists fewer checks of {sha[:7]} than it says there are")
            if not checks or (page.github and len(found) >= total):
                return found
        raise ChecksRefused(f"more than {EACH * PAGES:,} checks have reported on this commit: that many are not read")

    def _short(self, body: Any, key: str, sha: str) -> tuple[Checks, int]:
        """Raises ChecksRefused for what no such server would answer, and for an answer about another commit."""
        if body is None:  # Gitea's, where nothing has reported
            return NONE
        total = body.get("total_count") if isinstance(body, dict) else None
        items = body.get(key) if isinstance(total, int) else None
        items = [] if items is None and total == 0 else items
        if not isinstance(total, int) or not isinstance(items, list) or body.get("sha") not in (sha, "", None):
            raise self._wire.nonsense()
        return tuple(self._check(item, key) for item in items), total

    def _check(self, item: Any, key: str) -> CommitCheck:
        fields = item if isinstance(item, dict) else {}
        if key == STATUSES:
            # Gitea calls `status` what GitHub calls `state`
            name, said, url = fields.get("context"), fields.get("state", fields.get("status")), fields.get("target_url")
        else:
            ended = fields.get("status") == "completed"
            name, said = fields.get("name"), fields.get("conclusion" if ended else "status")
            url = fields.get("html_url") or fields.get("details_url")
        if not isinstance(name, str) or not isinstance(said, str):
            raise self._wire.nonsense()
        return CommitCheck(name, said, url if isinstance(url, str) and url.startswith(("https://", "http://")) else "")
