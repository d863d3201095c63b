"""What AWS says no with, in words that say what to do next."""

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError, PartialCredentialsError

from bot.errors import CloudAway, CloudBusy, CloudDenied, CloudError, CloudRefused

DENIED = frozenset({"UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "AuthorizationError"})
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
UNKNOWN = frozenset({"InvalidClientTokenId", "AuthFailure", "UnrecognizedClientException", "SignatureDoesNotMatch"})
BUSY = frozenset({"Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException"})
WORDS = 200  # characters of AWS's own words that are passed on


def cloud_error(error: Exception, action: str, about: str = "") -> CloudError:
    """`action` is that of IAM: `ec2:DescribeInstances`; `about` names what was asked for, where AWS does not."""
    said = " ".join(f"{about} {error}".split())[:WORDS]
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return CloudDenied(action, "there are no AWS credentials: set AWS_PROFILE, AWS_ACCESS_KEY_ID …, or a role")
    if isinstance(error, NoRegionError):
        return CloudRefused(action, "no region is known: set `region` in the fleet file, or AWS_REGION")
    if isinstance(error, ClientError):
        return _said(error.response.get("Error", {}).get("Code", ""), action, said)
    if isinstance(error, BotoCoreError):
        return CloudAway(action, said)
    return CloudRefused(action, said)


def _said(code: str, action: str, said: str) -> CloudError:
    if code in DENIED:
        statement = f'{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}'
        return CloudDenied(action, f"AWS does not allow {action}: add {statement} to the bot's policy")
    if code in EXPIRED:
        return CloudDenied(action, "the AWS credentials have expired: renew them, or give the bot a role")
    if code in UNKNOWN:
        return CloudDenied(action, "AWS does not know the credentials: compare AWS_ACCESS_KEY_ID and its secret")
    if code in BUSY:
        return CloudBusy(action, "AWS says that it is asked too often; trying again later")
    return CloudRefused(action, said)
