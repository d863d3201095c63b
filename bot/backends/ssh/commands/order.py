"""The frame of an order on a host: takes the place, switches, tidies up and leaves it.

One order works in a path at a time. `.pointsman/holder` names it; every script of an order checks that name under
a lock (`.pointsman/mutex`), so that an order which another one replaced can do nothing more.
"""

from bot.backends.ssh.commands.text import checked_order, checked_sha, directory, script

KEPT_ORDERS = 20
"""How many orders' logs stay on a host."""

MUTEX = """
refuse() { printf 'refused %s\\n' "$(printf '%s' "$1" | tr '\\n' ' ')"; exit 0; }
cd -- "$path" 2>/dev/null || refuse "$path is gone"
exec 8>>.pointsman/mutex || refuse "cannot write to $path/.pointsman"
flock -w 20 8 || refuse "$path/.pointsman/mutex is locked: another program holds it"
orders=.pointsman/orders
"""
"""Enters the path and locks it until fd 8 is closed."""

HELD = (
    MUTEX
    + """
holder=$(cat .pointsman/holder 2>/dev/null)
if [ "$holder" != "$order" ]; then printf 'superseded %s\\n' "${holder:-another order}"; exit 0; fi
touch .pointsman/holder
"""
)
"""The same for an order that has begun: only while it still holds the place."""

BEGIN = """
why=$( { mkdir -p -- "$path" && cd -- "$path" && mkdir -p releases .pointsman/complete ".pointsman/orders/$order" \\
  && chmod 700 .pointsman; } 2>&1 ) || { printf 'refused %s\\n' "$(printf '%s' "$why" | tr '\\n' ' ')"; exit 0; }
{MUTEX}
if [ -e "$orders/$order/superseded" ]; then printf 'superseded %s\\n' "$(cat "$orders/$order/superseded")"; exit 0; fi
if [ -e current ] && [ ! -L current ]; then refuse "$path/current is a directory, not a link: move it away"; fi
holder=$(cat .pointsman/holder 2>/dev/null)
if [ -n "$holder" ] && [ "$holder" != "$order" ]; then
  age=$(( $(date +%s) - $(stat -c %Y .pointsman/holder) ))
  if [ "$age" -lt "$lease" ]; then printf 'held %s\\n' "$holder"; exit 0; fi
  for alive in "$orders/$holder"/*/alive; do
    if [ -e "$alive" ] && ! flock -s -n "$alive" true; then
      group=$(cat "${alive%/alive}/pid" 2>/dev/null)
      [ -z "$group" ] || kill -s TERM -- "-$group" 2>/dev/null
      flock -s -w 5 "$alive" true || { [ -z "$group" ] || kill -s KILL -- "-$group" 2>/dev/null; }
      flock -s -w 5 "$alive" true || { printf 'held %s\\n' "$holder"; exit 0; }
    fi
  done
  mkdir -p "$orders/$holder" && printf '%s\\n' "$order" >"$orders/$holder/superseded"
fi
printf '%s\\n' "$order" >.pointsman/holder.new && mv .pointsman/holder.new .pointsman/holder \\
  || refuse "cannot write to $path/.pointsman: is the disk full?"
link=$(readlink current 2>/dev/null)
[ -d current ] && printf 'current %s\\n' "${link##*/}"
[ -n "$sha" ] && [ -e ".pointsman/complete/$sha" ] && [ -d "releases/$sha" ] && echo 'complete yes'
for ended in "$orders/$order"/restart.*/exit; do
  [ -e "$ended" ] && printf 'restarted %s\\n' "$(cat "$ended")"
done
""".replace("{MUTEX}", MUTEX.strip())

SWITCH = (
    HELD
    + """
[ -d "releases/$sha" ] || refuse "$path/releases/$sha is gone"
[ -L current ] || [ ! -e current ] || refuse "$path/current is a directory, not a link: move it away"
why=$( { : >".pointsman/complete/$sha" && ln -sfn "releases/$sha" "$orders/$order/current" \\
  && mv -T "$orders/$order/current" current; } 2>&1 ) || refuse "$why"
echo 'switched yes'
"""
)

FINISH = (
    HELD
    + """
trash=.pointsman/trash.$$
mkdir -p "$trash"
link=$(readlink current 2>/dev/null)
keeps() { case " ${link##*/} $protect " in *" $1 "*) return 0;; esac; return 1; }
is_sha() { case $1 in *[!0-9a-f]*) return 1;; esac; [ ${#1} -eq 40 ]; }
count=0
for sha in $(ls -t .pointsman/complete); do
  is_sha "$sha" || continue
  if [ ! -d "releases/$sha" ]; then rm -f ".pointsman/complete/$sha"; continue; fi
  count=$((count + 1))
  if [ "$count" -gt "$keep" ] && ! keeps "$sha"; then rm -f ".pointsman/complete/$sha"; fi
done
for release in releases/* releases/.new-*; do
  sha=${release#releases/}; sha=${sha#.new-}
  is_sha "$sha" && [ -d "$release" ] || continue
  if [ ! -e ".pointsman/complete/$sha" ] && ! keeps "$sha"; then
    mv "$release" "$trash" && git --git-dir=repo update-ref -d "refs/pointsman/$sha" 2>/dev/null
  fi
done
for old in $(ls -t "$orders" | tail -n "+$((kept_orders + 1))"); do
  [ "$old" = "$order" ] || mv "$orders/$old" "$trash"
done
setsid -f rm -rf .pointsman/trash.* </dev/null >/dev/null 2>&1 8>&-
rm -f .pointsman/holder
echo 'finished yes'
"""
)


def begin(path: str, order_id: str, sha: str, lease_seconds: int) -> str:
    """Takes the place for this order, from one that was silent longer than the lease too; that one's step is ended.

    Answers current, complete, restarted (how this order's restart ended before), or else held, superseded or
    refused. `sha` may be empty for an order that brings nothing.
    """
    values = {
        "path": directory(path),
        "order": checked_order(order_id),
        "sha": checked_sha(sha) if sha else "",
        "lease": str(lease_seconds),
    }
    return script(values, BEGIN)


def switch(path: str, order_id: str, sha: str) -> str:
    """Marks the release complete and makes it current, in one rename. Answers switched."""
    return script({"path": directory(path), "order": checked_order(order_id), "sha": checked_sha(sha)}, SWITCH)


def finish(path: str, order_id: str, keep: int, protect: frozenset[str]) -> str:
    """Leaves the place: the newest `keep` releases stay, and the current and the protected ones; half-made ones go."""
    values = {
        "path": directory(path),
        "order": checked_order(order_id),
        "keep": str(keep),
        "protect": " ".join(sorted(map(checked_sha, protect))),
        "kept_orders": str(KEPT_ORDERS),
    }
    return script(values, FINISH)
