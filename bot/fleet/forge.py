"""Where a repository's host shows commits: derived from its address for GitHub and GitLab. Pure."""

import re

ADDRESS = re.compile(
    r"^(?:https?://(?:[^@/]*@)?|ssh://(?:[^@/]*@)?|[A-Za-z0-9_.-]+@)"  # https://, ssh://git@, git@
    r"(?P<host>[A-Za-z0-9.-]+)(?::[0-9]+/|[:/])(?P<path>[^?#\s]+?)(?:\.git)?/?$"
)


def compare_url(repo: str) -> str | None:
    """The page that compares two commits, as a template of `{old}` and `{new}`; None where it is not known."""
    return _page(repo, "compare/{old}...{new}")


def commit_url(repo: str) -> str | None:
    """The page of one commit, as a template of `{sha}`; None where it is not known."""
    return _page(repo, "commit/{sha}")


def _page(repo: str, rest: str) -> str | None:
    found = ADDRESS.match(repo)
    if not found or "{" in repo or "}" in repo:
        return None
    kinds = re.split(r"[.-]", found["host"].lower())
    base = f"https://{found['host']}/{found['path'].strip('/')}"
    if "github" in kinds:
        return f"{base}/{rest}"
    return f"{base}/-/{rest}" if "gitlab" in kinds else None
