"""A connection to a host, and the shell that may wait there for its next script."""

import paramiko


class Connection(paramiko.Transport):
    """`shell` has run one script and waits for another: to begin one costs a host as much as a step."""

    shell: paramiko.Channel | None = None

    def taken(self, seconds: float) -> paramiko.Channel:
        """A channel whose `sh` reads what is sent: the shell that waits, or a new one.

        Raises SSHException, EOFError or OSError when the connection is lost.
        """
        waiting, self.shell = self.shell, None
        if waiting is not None:
            return waiting
        channel = self.open_session(timeout=seconds)
        channel.settimeout(seconds)
        channel.exec_command("sh")
        return channel
