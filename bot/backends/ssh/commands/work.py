"""What the steps do: the text of each step's `command` file, which runs in the step's own directory."""

import shlex
from collections.abc import Mapping

from bot.backends.base import Site
from bot.backends.ssh.commands.text import assign, checked_order, checked_sha, checked_variable
from bot.model import Host

ROOT = "../../../.."
"""The service's path, seen from a step's directory."""

FETCH = """
cd {ROOT} || exit 1
[ -d repo/objects ] || git init --quiet --bare repo || exit 1
for left in repo/*.lock repo/*/*.lock repo/*/*/*.lock repo/refs/all; do
  [ ! -e "$left" ] || { find repo -name '*.lock' -type f -delete; break; }
done
if [ -e "repo/refs/pointsman/$sha" ] || [ -e repo/packed-refs ] \\
  && git --git-dir=repo rev-parse --quiet --verify "refs/pointsman/$sha^{commit}" >/dev/null; then exit 0; fi
export GIT_TERMINAL_PROMPT=0 GIT_SSH_COMMAND="${GIT_SSH_COMMAND:-ssh -o BatchMode=yes}"
full() { [ $# -gt 27 ]; }
tidy=false
if full repo/objects/17/* || full repo/objects/pack/*.pack; then tidy=true; fi
fetch() {
  git --git-dir=repo -c gc.autoDetach=false -c maintenance.auto=$tidy fetch --quiet --no-tags --force "$@"
}
fetch --depth=1 -- "$url" "$sha:refs/pointsman/$sha" && exit 0
echo 'the commit alone was refused: fetching all branches and tags' >&2
fetch -- "$url" '+refs/heads/*:refs/all/heads/*' '+refs/tags/*:refs/all/tags/*' \\
  && git --git-dir=repo update-ref "refs/pointsman/$sha" "$sha"
""".replace("{ROOT}", ROOT)
"""Lock files here are leftovers of a fetch that was killed: only one order works in a path at a time. git is asked to
tidy up where it would do so by itself (it looks into `17` too): asking it each time costs a process more.
"""

UNPACK = """
cd {ROOT} || exit 1
new=releases/.new-$sha
if [ -e "$new" ] || [ -e "releases/$sha" ]; then rm -rf "$new" "releases/$sha" || exit 1; fi
{ git --git-dir=repo -c tar.umask=0022 archive --format=tar --prefix="$new/" "$sha"; echo $? >"$archived"; } \\
  | tar -x -o -f - && read -r code <"$archived" && [ "$code" = 0 ] && exec mv -T "$new" "releases/$sha"
""".replace("{ROOT}", ROOT)
"""A shell knows only the status of a pipe's last command, so that of `git archive` goes through a file."""

UNPACK_PUSHED = """
cd {ROOT} || exit 1
new=releases/.new-$sha
if [ -e "$new" ] || [ -e "releases/$sha" ]; then rm -rf "$new" "releases/$sha" || exit 1; fi
tar -x -o -f "$parcel" && exec mv -T "$new" "releases/$sha"
""".replace("{ROOT}", ROOT)
"""tar sees by itself whether it is compressed."""


def fetch(repo: str, sha: str) -> str:
    """Brings one commit into the host's bare repository: alone if the server allows that, or with all branches."""
    return _own({"url": repo, "sha": checked_sha(sha)}, FETCH)


def unpack(order_id: str, sha: str) -> str:
    """Makes the release directory, whole or not at all."""
    archived = f".pointsman/orders/{checked_order(order_id)}/archived"
    return _own({"sha": checked_sha(sha), "archived": archived}, UNPACK)


def unpack_pushed(order_id: str, sha: str) -> str:
    """The same, of what the bot brought."""
    parcel = f".pointsman/orders/{checked_order(order_id)}/parcel.1/tar"
    return _own({"sha": checked_sha(sha), "parcel": parcel}, UNPACK_PUSHED)


def unpacked(sha: str) -> str:
    """What stands before each name in a release that the bot packs."""
    return f"releases/.new-{checked_sha(sha)}/"


def in_release(sha: str, command: str, variables: Mapping[str, str]) -> str:
    """A fleet file's command, in the release that is being made."""
    return _fleet(f"{ROOT}/releases/{checked_sha(sha)}", command, variables)


def in_current(command: str, variables: Mapping[str, str]) -> str:
    """A fleet file's command, in `current`."""
    return _fleet(f"{ROOT}/current", command, variables)


def of_release(site: Site, sha: str) -> dict[str, str]:
    """What a fleet file's command finds in its environment, on whichever host."""
    return {
        "POINTSMAN_SERVICE": site.service,
        "POINTSMAN_ENVIRONMENT": site.environment,
        "POINTSMAN_RELEASE": sha,
    }


def of_host(host: Host) -> dict[str, str]:
    """What it finds there besides; what is `of_release` goes before."""
    return {checked_variable(name): value for name, value in {**host.vars, "POINTSMAN_HOST": host.name}.items()}


BEGUN = "exec 8>&-"
"""The mutex is not for daemons."""


def _own(values: dict[str, str], body: str) -> str:
    return f"{BEGUN}\n{assign(values)}\n{body.strip()}"


def _fleet(where: str, command: str, variables: Mapping[str, str]) -> str:
    """`-e`: a command of several lines stops at the first that fails. It is quoted, so that no bracket ends ours."""
    exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())
    return f"{BEGUN}\n{exports}cd {where} || exit\nset -e\neval {shlex.quote(command)}"
