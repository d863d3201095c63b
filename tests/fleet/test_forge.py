import pytest

from bot.fleet.forge import commit_url, compare_url, host, is_elsewhere, slug

GITHUB = "https://github.com/acme/shop/compare/{old}...{new}"
GITLAB = "https://gitlab.com/group/sub/shop/-/compare/{old}...{new}"


@pytest.mark.parametrize(
    ("repo", "page"),
    [
        ("https://github.com/acme/shop.git", GITHUB),
        ("https://github.com/acme/shop", GITHUB),
        ("https://github.com/acme/shop/", GITHUB),
        ("https://user:secret@github.com/acme/shop.git", GITHUB),
        ("git@github.com:acme/shop.git", GITHUB),
        ("ssh://git@github.com/acme/shop.git", GITHUB),
        ("ssh://git@github.com:22/acme/shop.git", GITHUB),
        ("https://gitlab.com/group/sub/shop.git", GITLAB),
        ("git@gitlab.com:group/sub/shop.git", GITLAB),
        ("https://gitlab.example.com/a/b.git", "https://gitlab.example.com/a/b/-/compare/{old}...{new}"),
        (
            "https://github-enterprise.example.com/a/b",
            "https://github-enterprise.example.com/a/b/compare/{old}...{new}",
        ),
        ("/srv/git/shop.git", None),
        ("file:///srv/git/shop.git", None),
        ("https://git.example.com/a/b.git", None),
        ("https://notgithub.com/a/b.git", None),
        ("https://github.com/a/{old}", None),
        ("", None),
    ],
)
def test_the_compare_page_follows_from_the_repository(repo: str, page: str | None) -> None:
    assert compare_url(repo) == page


@pytest.mark.parametrize(
    ("repo", "page"),
    [
        ("git@github.com:acme/shop.git", "https://github.com/acme/shop/commit/{sha}"),
        ("https://gitlab.com/acme/shop", "https://gitlab.com/acme/shop/-/commit/{sha}"),
        ("/srv/git/shop.git", None),
    ],
)
def test_the_commit_page_does_too(repo: str, page: str | None) -> None:
    assert commit_url(repo) == page


def test_a_password_in_the_address_does_not_reach_the_page() -> None:
    assert "secret" not in str(compare_url("https://user:secret@github.com/acme/shop.git"))


@pytest.mark.parametrize(
    ("repo", "found"),
    [
        ("https://github.com/acme/shop.git", "acme/shop"),
        ("https://user:secret@github.com/acme/shop/", "acme/shop"),
        ("git@github.com:acme/shop.git", "acme/shop"),
        ("ssh://git@ssh.github.com:443/acme/shop.git", "acme/shop"),
        ("http://127.0.0.1:3000/acme/my.shop-2.git", "acme/my.shop-2"),
        ("https://gitlab.com/group/sub/shop.git", None),
        ("git@host:shop.git", None),
        ("https://github.com/acme/..", None),
        ("https://github.com/acme/shop%2f..", None),
        ("https://github.com/acme/sh op", None),
        ("/srv/acme/shop.git", None),
        ("", None),
    ],
)
def test_owner_and_name_follow_from_the_repository(repo: str, found: str | None) -> None:
    assert slug(repo) == found


@pytest.mark.parametrize(
    ("repo", "found"),
    [("https://GitHub.com/a/b", "github.com"), ("git@git.example.com:a/b", "git.example.com"), ("/srv/git/a.git", "")],
)
def test_so_does_its_host(repo: str, found: str) -> None:
    assert host(repo) == found


@pytest.mark.parametrize(
    ("repo", "api", "outcome"),
    [
        ("https://github.com/acme/shop", "https://api.github.com", False),
        ("git@github-work:acme/shop.git", "https://api.github.com", False),  # a name of ~/.ssh/config
        ("git@gitlab.com:acme/shop.git", "https://api.github.com", True),
        ("https://notgithub.com/acme/shop", "https://api.github.com", True),
        ("git@git.example.com:acme/shop", "https://gitea.example.com/api/v1", False),
    ],
)
def test_github_knows_only_its_own_repositories(repo: str, api: str, outcome: bool) -> None:
    assert is_elsewhere(repo, api) is outcome
