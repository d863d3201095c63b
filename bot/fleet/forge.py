"""What a repository's address tells of its host: where it shows commits, and how its API knows it. Pure."""

import re
from urllib.parse import urlsplit

GITHUB_API = "api.github.com"

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


def slug(repo: str) -> str | None:
    """`owner/name`, as APIs that speak GitHub's language know it; None for an address without exactly these two."""
    found = ADDRESS.match(repo)
    parts = found["path"].strip("/").split("/") if found else []
    sound = len(parts) == 2 and all(re.fullmatch(r"[A-Za-z0-9._-]+", part) and part.strip(".") for part in parts)
    return "/".join(parts) if sound else None


def host(repo: str) -> str:
    """The name of the machine that an address leads to, in small letters; empty for a path."""
    found = ADDRESS.match(repo)
    return found["host"].lower() if found else ""


def is_elsewhere(repo: str, api_url: str) -> bool:
    """Whether api.github.com would be asked about another host's repository, of whose name it may well have one."""
    return urlsplit(api_url).hostname == GITHUB_API and "github" not in re.split("[.-]", host(repo))


def _page(repo: str, rest: str) -> str | None:
    found = ADDRESS.match(repo)
    if not found or "{" in repo or "}" in repo:
        return None
    kinds = re.split(r"[.-]", found["host"].lower())
    base = f"https://{found['host']}/{found['path'].strip('/')}"
    if "github" in kinds:
        return f"{base}/{rest}"
    return f"{base}/-/{rest}" if "gitlab" in kinds else None
