"""What AWS says no with, in words that say what to do next."""

from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError, PartialCredentialsError

from bot.cloud import Account
from bot.errors import CloudAway, CloudBusy, CloudDenied, CloudError, CloudFull, CloudLockedOut, CloudRefused
from bot.secrecy import shortened

DENIED = frozenset(
    {"UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "AuthorizationError", "NotAuthorized"}
)
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
UNKNOWN = frozenset(
    {
        "InvalidClientTokenId",
        "AuthFailure",
        "UnrecognizedClientException",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
    }
)
SKEWED = ("Signature expired", "Signature not yet current")
"""What AWS says to well-known credentials when the clocks differ by more than a few minutes."""
AT_WORK = frozenset({"ScalingActivityInProgress", "ResourceContention"})
"""Something else is done there, which passes."""
BUSY = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestLimitExceeded",
        "TooManyRequestsException",
        "EC2ThrottledException",
        "SlowDown",
    }
)
FULL = {
    "InstanceLimitExceeded": "ask for a higher limit in Service Quotas, or scale less",
    "VcpuLimitExceeded": "ask for a higher limit in Service Quotas, or scale less",
    "MaxSpotInstanceCountExceeded": "ask for a higher limit in Service Quotas, or scale less",
    "VolumeLimitExceeded": "ask for a higher limit in Service Quotas, or scale less",
    "InsufficientInstanceCapacity": "try again later, or name more subnets or another instance type",
    "InsufficientHostCapacity": "try again later, or name more subnets or another instance type",
    "InsufficientVolumeCapacity": "try again later, or name more subnets",
    "Unsupported": "name other subnets or another instance type",
    "InsufficientFreeAddressesInSubnet": "name a larger subnet, or more of them, in ec2.launch.subnets",
}
"""There is no more of it, and the way out."""
TROUBLE = (BotoCoreError, ClientError, ValueError)
"""What a call of boto3 raises; the last one for an endpoint that is none."""
ABSENT = "there are no AWS credentials: set AWS_PROFILE, AWS_ACCESS_KEY_ID …, or a role"
LAPSED = "the AWS credentials have expired: renew them, or give the bot a role"
ASKEW = "this machine's clock and AWS's differ by minutes: set it by NTP"
STRANGE = "AWS does not know the credentials: compare AWS_ACCESS_KEY_ID and its secret"
ASSUME = "sts:AssumeRole"
SERVERS = 500  # statuses from here on are of the server's own trouble
WORDS = 200  # characters of AWS's own words that are passed on
T = TypeVar("T")


def asked(action: str, call: Callable[[], T], about: str = "") -> T:
    """The call's answer. Raises CloudError; `action` and `about` as in `cloud_error`."""
    try:
        return call()
    except TROUBLE as error:
        raise cloud_error(error, action, about) from error


def cloud_error(error: Exception, action: str, about: str = "") -> CloudError:
    """`action` is that of IAM: `ec2:DescribeInstances`; `about` names what was asked for, where AWS does not."""
    said = shortened(" ".join(f"{about} {error}".split()), WORDS)
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return CloudLockedOut(action, ABSENT)
    if isinstance(error, NoRegionError):
        return CloudRefused(action, "no region is known: set `region` in the fleet file, or AWS_REGION")
    if isinstance(error, ClientError):
        found = _said(code_of(error), action, said)
        return CloudAway(action, said) if type(found) is CloudRefused and _failed(error) else found
    if isinstance(error, BotoCoreError):
        return CloudAway(action, said)
    return CloudRefused(action, said)


def role_error(error: Exception, account: Account, caller: str) -> CloudError:
    """Why a role could not be assumed; `caller` is the ARN of who tried, empty where that is not known."""
    if not isinstance(error, ClientError) or code_of(error) not in DENIED:
        return cloud_error(error, ASSUME, account.role_arn or "")
    words = (
        f"AWS does not let the bot assume {account.role_arn}: add {_trust(account, caller)} to the role's trust policy,"
        f" and {_allow(ASSUME, account.role_arn or '*')} to the bot's own policy"
    )
    return CloudLockedOut(ASSUME, words)


def shut_out(code: str, said: str) -> str:
    """Why no call comes through, in our words; empty: that is not it."""
    if code in EXPIRED:
        return LAPSED
    if code in UNKNOWN:
        return ASKEW if any(words in said for words in SKEWED) else STRANGE
    return ""


def code_of(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")


def _failed(error: ClientError) -> bool:
    """Whether AWS itself had trouble, which says nothing of what was asked."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) >= SERVERS


def _trust(account: Account, caller: str) -> str:
    condition = ""
    if account.external_id:
        condition = f', "Condition": {{"StringEquals": {{"sts:ExternalId": "{account.external_id}"}}}}'
    who = caller or "the ARN of the bot's own role"
    return f'{{"Effect": "Allow", "Principal": {{"AWS": "{who}"}}, "Action": "{ASSUME}"{condition}}}'


def _allow(action: str, resource: str) -> str:
    return f'{{"Effect": "Allow", "Action": "{action}", "Resource": "{resource}"}}'


def _said(code: str, action: str, said: str) -> CloudError:
    if code in DENIED:
        return CloudDenied(action, f"AWS does not allow {action}: add {_allow(action, '*')} to the bot's policy")
    if shut := shut_out(code, said):
        return CloudLockedOut(action, shut)
    if code in AT_WORK:
        return CloudBusy(action, f"AWS is at something else there; trying again later: {said}")
    if code in BUSY:
        return CloudBusy(action, "AWS says that it is asked too often; trying again later")
    if code in FULL:
        return CloudFull(action, f"{said} · {FULL[code]}")
    return CloudRefused(action, said)
