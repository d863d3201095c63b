"""Services on hosts that are reached by AWS Systems Manager: no keys, no open port.

The hosts look as those of the ssh backend do, and run the same scripts; Run Command carries them there, to fifty hosts
in one call. A repeated script does nothing twice, so one that may have been lost is sent again.
"""

from bot.backends.ssm.backend import SsmBackend
from bot.backends.ssm.options import SsmOptions

__all__ = ["SsmBackend", "SsmOptions"]
