from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from bot.backends.aws_errors import cloud_error
from bot.errors import CloudAway, CloudBusy, CloudDenied, CloudError, CloudFull, CloudLockedOut, CloudRefused

LATE = "Signature expired: 20261127T120000Z is now earlier than 20261127T121500Z (20261127T122000Z - 5 min.)"
EARLY = "Signature not yet current: 20261127T130000Z is still later than 20261127T121500Z"
ACTION = "ec2:DescribeInstances"


def said(code: str, words: str = "because", status: int = 400) -> ClientError:
    told: Any = {"Error": {"Code": code, "Message": words}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(told, "DescribeInstances")


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (said("UnauthorizedOperation"), CloudDenied, '{"Effect": "Allow", "Action": "ec2:DescribeInstances"'),
        (said("AccessDenied"), CloudDenied, "to the bot's policy"),
        (said("ExpiredToken"), CloudLockedOut, "have expired: renew them"),
        (said("AuthFailure"), CloudLockedOut, "AWS does not know the credentials"),
        (said("RequestLimitExceeded"), CloudBusy, "asked too often"),
        (said("InvalidParameterValue"), CloudRefused, "because"),
        (said("InvalidSignatureException"), CloudLockedOut, "AWS does not know the credentials"),
        (
            said("InvalidSignatureException", LATE, 403),
            CloudLockedOut,
            "clock and AWS's differ by minutes: set it by NTP",
        ),
        (said("SignatureDoesNotMatch", EARLY, 403), CloudLockedOut, "clock and AWS's differ"),
        (said("ScalingActivityInProgress"), CloudBusy, "at something else there"),
        (said("ResourceContention", status=500), CloudBusy, "at something else there"),
        (said("InternalError", status=500), CloudAway, "because"),
        (said("ServiceUnavailable", status=503), CloudAway, "because"),
        (said("InsufficientInstanceCapacity", status=500), CloudFull, "name more subnets"),
        (said("RequestLimitExceeded", status=503), CloudBusy, "asked too often"),
        (EndpointConnectionError(endpoint_url="http://x"), CloudAway, "http://x"),
        (ValueError("Invalid endpoint: x"), CloudRefused, "Invalid endpoint"),
    ],
)
def test_a_no_names_the_action_and_the_way_out(error: Exception, kind: type[CloudError], words: str) -> None:
    found = cloud_error(error, ACTION)
    assert type(found) is kind
    assert found.action == ACTION
    assert str(found).startswith(f"{ACTION}: ")
    assert words in str(found)
