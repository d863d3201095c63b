"""CI checks over real sockets, from a server that speaks GitHub's API and one that is only like it."""

from collections.abc import Callable, Iterator

import pytest

from bot.backends.github import GitHubChecks
from bot.backends.github_wire import Limits
from bot.ci import CommitCheck
from bot.errors import ChecksAway, ChecksBusy, ChecksError, ChecksRefused
from tests.backends.github_server import GitHub, Trouble, github
from tests.backends.targets import free_port

SHA = "a" * 40
REPO = "https://github.com/acme/shop.git"
TOKEN = "ghp_" + "s3cret" * 6
SHORT = Limits(connect=1, read=0.3, whole=0.6, bytes=20_000)
Read = Callable[..., tuple[CommitCheck, ...]]


@pytest.fixture
def server() -> Iterator[GitHub]:
    with github() as made:
        yield made


@pytest.fixture
def gitea() -> Iterator[GitHub]:
    with github(gitea=True) as made:
        yield made


@pytest.fixture
def reader() -> Iterator[Callable[[str], GitHubChecks]]:
    made: list[GitHubChecks] = []

    def open_one(url: str, token: str | None = TOKEN) -> GitHubChecks:
        made.append(GitHubChecks(url, token, SHORT))
        return made[-1]

    yield open_one
    for one in made:
        one.close()


@pytest.fixture
def checks(server: GitHub, reader: Callable[[str], GitHubChecks]) -> GitHubChecks:
    return reader(server.url)


def trouble(checks: GitHubChecks, repo: str = REPO) -> ChecksError:
    with pytest.raises(ChecksError) as caught:
        checks.read(repo, SHA)
    assert TOKEN not in str(caught.value)
    return caught.value


def test_statuses_and_check_runs_are_both_read_with_their_pages(server: GitHub, checks: GitHubChecks) -> None:
    server.status(SHA, "ci/lint", "success", "https://ci.example.com/1")
    server.run(SHA, "build", "in_progress", "https://github.com/acme/shop/runs/2")
    server.run(SHA, "test", "timed_out")
    assert checks.read(REPO, SHA) == (
        CommitCheck("ci/lint", "success", "https://ci.example.com/1"),
        CommitCheck("build", "in_progress", "https://github.com/acme/shop/runs/2"),
        CommitCheck("test", "timed_out"),
    )
    asked = [path for path, _ in server.asked]
    assert asked[1].startswith(f"/repos/acme/shop/commits/{SHA}/check-runs?filter=latest&per_page=100")
    assert {headers["Authorization"] for _, headers in server.asked} == {f"Bearer {TOKEN}"}


def test_without_a_token_none_is_sent(server: GitHub, reader: Callable[..., GitHubChecks]) -> None:
    server.status(SHA, "build", "success")
    reader(server.url, None).read(REPO, SHA)
    assert "Authorization" not in server.asked[0][1]


def test_a_token_in_netrc_is_not_sent(
    server: GitHub,
    reader: Callable[..., GitHubChecks],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    netrc = tmp_path_factory.mktemp("netrc") / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server.status(SHA, "build", "success")
    reader(server.url, None).read(REPO, SHA)
    assert "Authorization" not in server.asked[0][1]


@pytest.mark.parametrize("number", [99, 100, 101, 250])
def test_every_page_is_read(server: GitHub, checks: GitHubChecks, number: int) -> None:
    server.statuses[SHA] = []
    for at in range(number):
        server.run(SHA, f"job {at}", "success")
    server.run(SHA, "last", "failure")
    found = checks.read(REPO, SHA)
    assert len(found) == number + 1
    assert found[-1] == CommitCheck("last", "failure")


def test_what_has_not_changed_is_not_sent_again_and_the_connection_stays(server: GitHub, checks: GitHubChecks) -> None:
    server.run(SHA, "build", "queued")
    first = checks.read(REPO, SHA)
    assert checks.read(REPO, SHA) == first
    assert server.answered == [200, 200, 304, 304]
    server.run(SHA, "build", "success")
    assert checks.read(REPO, SHA) == (CommitCheck("build", "success"),)
    assert server.answered[4:] == [304, 200]
    assert server.connections == 1


def test_a_commit_without_any_check_has_none(server: GitHub, checks: GitHubChecks) -> None:
    server.statuses[SHA] = []
    assert checks.read(REPO, SHA) == ()


@pytest.mark.parametrize("number", [0, 1, 3, 4, 7])
def test_a_server_that_has_no_check_runs_is_read_by_its_statuses_alone(
    gitea: GitHub, reader: Callable[[str], GitHubChecks], number: int
) -> None:
    for at in range(number):
        gitea.status(SHA, f"job {at}", "warning")
    assert reader(gitea.url).read(f"{gitea.origin}/acme/shop.git", SHA) == tuple(
        CommitCheck(f"job {at}", "warning") for at in range(number)
    )


def test_github_hiding_its_check_runs_is_not_taken_for_having_none(server: GitHub, checks: GitHubChecks) -> None:
    server.status(SHA, "build", "success")
    server.trouble["/check-runs"] = Trouble(404, b'{"message": "Not Found"}', {"X-GitHub-Request-Id": "1"})
    error = trouble(checks)
    assert isinstance(error, ChecksRefused)
    assert "knows no check runs of acme/shop" in str(error)
    assert "GITHUB_TOKEN may not read it" in str(error)


def test_an_unknown_commit_or_repository_is_told_with_what_may_be_the_matter(
    checks: GitHubChecks, reader: Callable[..., GitHubChecks], server: GitHub
) -> None:
    assert str(trouble(checks)) == (
        "127.0.0.1 knows no commit aaaaaaa of acme/shop: it is not there, or GITHUB_TOKEN may not read it"
    )
    assert "private, which needs GITHUB_TOKEN" in str(trouble(reader(server.url, None)))


REFUSED = [
    # status, body, headers, words
    (401, b'{"message": "Bad credentials"}', {}, "answered 401 (Bad credentials): GITHUB_TOKEN is not accepted"),
    (403, b'{"message": "Resource not accessible"}', {}, "(Resource not accessible): GITHUB_TOKEN must be one that"),
    (422, b'{"message": "No commit found for SHA"}', {}, "push the commit there first"),
    (418, b"<html>", {}, "answered 418: look at GITHUB_API_URL"),
    (403, TOKEN.join(['{"message": "', ' is bad"}']).encode(), {}, "(*** is bad)"),
    (200, b"<html>", {}, "is not what GitHub's API would: look at GITHUB_API_URL"),
    (200, b"[]", {}, "is not what GitHub's API would"),
    (200, b'{"total_count": 1}', {}, "is not what GitHub's API would"),
    (200, b'{"total_count": 1, "statuses": [7]}', {}, "is not what GitHub's API would"),
    (200, b'{"total_count": 1, "statuses": [{"context": "a", "state": null}]}', {}, "is not what GitHub's API would"),
    (200, b'{"total_count": 0, "statuses": [], "sha": "b"}', {}, "is not what GitHub's API would"),
    (200, b"[" * 19_000, {}, "is not what GitHub's API would"),
    (200, b"", {"X-GitHub-Request-Id": "1"}, "is not what GitHub's API would"),
    (200, b" " * 20_001, {}, "answered more than 20,000 bytes to one question"),
    (302, b"", {"Location": "https://evil.example.com/x"}, "on to evil.example.com, which is not asked"),
    (302, b"", {"Location": "http://[::1"}, "is not asked"),
    (302, b"", {"Location": f"/repos/acme/shop/commits/{SHA}/status"}, "round in circles"),
]


@pytest.mark.parametrize(("status", "body", "headers", "words"), REFUSED)
def test_what_somebody_must_do_something_about_is_told_with_the_way_out(
    server: GitHub, checks: GitHubChecks, status: int, body: bytes, headers: dict[str, str], words: str
) -> None:
    server.trouble["/status"] = Trouble(status, body, headers)
    error = trouble(checks)
    assert isinstance(error, ChecksRefused)
    assert words in str(error)


AWAY = [
    (Trouble(500, b'{"message": "oops\\n<!channel>"}'), r"127.0.0.1 answered 500 (oops <!channel>)"),
    (Trouble(503, b"<html>"), "127.0.0.1 answered 503"),
    (Trouble(hang=True), "127.0.0.1 did not answer in time"),
    (Trouble(drip=True), "127.0.0.1 did not end its answer within 0.6 s"),
    (Trouble(200, b"", {"Content-Encoding": "gzip", "Content-Length": "9"}), "broke the connection in the middle"),
]


@pytest.mark.parametrize(("seen", "words"), AWAY)
def test_what_may_pass_by_itself_is_momentary(server: GitHub, checks: GitHubChecks, seen: Trouble, words: str) -> None:
    server.trouble["/status"] = seen
    error = trouble(checks)
    assert isinstance(error, ChecksAway)
    assert error.momentary
    assert words in str(error)


def test_nobody_listening_is_momentary_too(reader: Callable[[str], GitHubChecks]) -> None:
    assert str(trouble(reader(f"http://127.0.0.1:{free_port()}"))) == "127.0.0.1 cannot be reached"


BUSY = [
    (429, {"Retry-After": "7"}, 7),
    (403, {"Retry-After": "30"}, 30),
    (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}, 1),  # long over
    (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "99999999999"}, 3600),
    (429, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 1),
    (429, {"Retry-After": "soon"}, 60),
    (403, {}, 60),
]


@pytest.mark.parametrize(("status", "headers", "wait"), BUSY)
def test_a_server_that_was_asked_too_often_says_for_how_long(
    server: GitHub, checks: GitHubChecks, status: int, headers: dict[str, str], wait: float
) -> None:
    server.trouble["/status"] = Trouble(status, b'{"message": "API rate limit exceeded"}', headers)
    error = trouble(checks)
    assert isinstance(error, ChecksBusy)
    assert (error.momentary, error.retry_after) == (True, wait)
    assert f"again in {wait} s" in str(error)


def test_a_renamed_repository_is_followed_on_the_same_server(server: GitHub, checks: GitHubChecks) -> None:
    server.status(SHA, "build", "success")
    server.trouble["/shop-old/commits/" + SHA + "/status"] = moved = Trouble(301)
    server.trouble["/shop-old/commits/" + SHA + "/check-runs"] = also = Trouble(301)
    query = "per_page=100&limit=100&page=1"
    moved.headers["Location"] = f"{server.url}/repos/acme/shop/commits/{SHA}/status?{query}"
    also.headers["Location"] = f"/repos/acme/shop/commits/{SHA}/check-runs?{query}"
    assert checks.read("git@github.com:acme/shop-old.git", SHA) == (CommitCheck("build", "success"),)


def test_fewer_checks_than_github_says_there_are_is_no_whole_answer(server: GitHub, checks: GitHubChecks) -> None:
    body = b'{"total_count": 2, "statuses": []}'
    server.trouble["/status"] = Trouble(200, body, {"X-GitHub-Request-Id": "1"})
    assert "lists fewer checks of aaaaaaa" in str(trouble(checks))


@pytest.mark.parametrize(
    ("url", "repo", "words"),
    [
        ("https://api.github.com", "git@gitlab.com:acme/shop.git", "set GITHUB_API_URL to the API of gitlab.com"),
        ("https://api.github.com", "https://notgithub.com/acme/shop", "set GITHUB_API_URL"),
        ("https://api.github.com", "/srv/git/shop.git", "no owner/name"),
        ("https://ghe.example.com/api/v3", "https://ghe.example.com/a/b/c.git", "no owner/name"),
    ],
)
def test_a_repository_of_which_the_server_cannot_know_is_not_asked_about(
    reader: Callable[[str], GitHubChecks], url: str, repo: str, words: str
) -> None:
    error = trouble(reader(url), repo)
    assert isinstance(error, ChecksRefused)
    assert words in str(error)


def test_a_repository_by_an_alias_of_ssh_is_asked_about(reader: Callable[[str], GitHubChecks]) -> None:
    assert isinstance(trouble(reader("https://api.github.com"), "git@github-work:acme/shop.git"), ChecksAway)
