import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from bot.backends.aws_errors import cloud_error
from bot.errors import CloudAway, CloudBusy, CloudDenied, CloudError, CloudLockedOut, CloudRefused

ACTION = "ec2:DescribeInstances"


def said(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "because"}}, "DescribeInstances")


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (said("UnauthorizedOperation"), CloudDenied, '{"Effect": "Allow", "Action": "ec2:DescribeInstances"'),
        (said("AccessDenied"), CloudDenied, "to the bot's policy"),
        (said("ExpiredToken"), CloudLockedOut, "have expired: renew them"),
        (said("AuthFailure"), CloudLockedOut, "AWS does not know the credentials"),
        (said("RequestLimitExceeded"), CloudBusy, "asked too often"),
        (said("InvalidParameterValue"), CloudRefused, "because"),
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
