"""Services on plain hosts, over SSH: release directories and an atomic `current` link.

On the host, under the service's `path`:

    repo/                      a bare repository that holds the commits of the releases; none where the bot pushes
    releases/SHA/              one directory for each release
    current -> releases/SHA    what runs
    .pointsman/complete/SHA    exists when that release was unpacked, installed and tested to the end
    .pointsman/holder          the order that works here now; its age is the time since that order's last word
    .pointsman/orders/ID/parcel.1/  what the bot pushed, until it is unpacked; who takes it, and whether all is there
    .pointsman/orders/ID/STEP.N/  a step's command, log, pid and exit file; N counts attempts after a reboot
"""

from bot.backends.ssh.backend import SshBackend
from bot.backends.ssh.checking import SshProber
from bot.backends.ssh.loads import SshLoads
from bot.backends.ssh.options import HostKeys, SshOptions

__all__ = ["HostKeys", "SshBackend", "SshLoads", "SshOptions", "SshProber"]
