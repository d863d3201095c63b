"""Reads a host without changing it."""

from bot.backends.ssh.commands.text import directory, script

PROGRAMS = ("git", "tar", "timeout", "setsid", "flock", "stat", "readlink")
"""What a deploy needs on a host: git, tar, coreutils and util-linux."""

PUSHED = (*(name for name in PROGRAMS if name != "git"), "gzip", "sha256sum")
"""The same where the bot brings the release."""

BODY = """
printf 'user %s\\n' "${USER:-$(id -un)}"
for program in $programs; do
  command -v "$program" >/dev/null 2>&1 || printf 'missing %s\\n' "$program"
done
[ -d "$path/.pointsman/complete" ] || setsid -f true 2>/dev/null || echo 'missing setsid -f'
[ ! -e "$path" ] || [ -d "$path" ] || echo 'blocked path'
nearest=$path
while [ ! -d "$nearest" ]; do nearest=$(dirname -- "$nearest"); done
printf 'nearest %s\\n' "$nearest"
if [ -w "$nearest" ] && [ -x "$nearest" ]; then echo 'writable yes'; fi
set -- $(df -Pk -- "$nearest")
printf 'free %s\\n' "${11}"
if [ -d "$path" ] && cd -- "$path"; then
  for own in releases repo .pointsman; do
    [ ! -e "$own" ] || [ -w "$own" ] || printf 'unwritable %s\\n' "$own"
  done
  if [ -L current ]; then
    here=$PWD
    if cd -P current 2>/dev/null; then printf 'current %s\\n' "${PWD##*/}"; cd "$here" || exit; fi
  elif [ -e current ]; then
    echo 'blocked current'
  fi
  for marker in .pointsman/complete/*; do
    sha=${marker##*/}
    [ -d "releases/$sha" ] && printf 'release %s\\n' "$sha"
  done
fi
"""


def survey(path: str, pushed: bool = False) -> str:
    """Answers user, missing…, nearest, writable, free (KiB), current, release…, blocked…, unwritable…"""
    return script({"path": directory(path), "programs": " ".join(PUSHED if pushed else PROGRAMS)}, BODY)
