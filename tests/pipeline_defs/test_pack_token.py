"""The token of gated repositories, and what is said when its secret is of no use."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from pipeline_defs.steps.download_model import hub_token
from pipeline_defs.steps.download_model.errors import StepError

SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-AbCdEf"


class Secrets:
    """Secrets Manager with one answer."""

    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        self.answer = answer

    def get_secret_value(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803
        assert SecretId == SECRET
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_token_is_the_secret_without_white_space() -> None:
    assert hub_token.fetch(SECRET, Secrets({"SecretString": " hf_abc\n"})) == "hf_abc"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"SecretString": ""}, "holds no token"),
        ({"SecretBinary": b"hf_abc"}, "holds no token"),
        ({"SecretString": '{"token": "hf_abc"}'}, "holds no token"),
        ({"SecretString": "hf_abc hf_def"}, "holds no token"),
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "x"), "AccessDeniedException"),
        (EndpointConnectionError(endpoint_url="https://x"), "EndpointConnectionError"),
    ],
)
def test_unusable_secret_names_the_variable_and_hides_the_token(answer: Any, says: str) -> None:
    with pytest.raises(StepError) as caught:
        hub_token.fetch(SECRET, Secrets(answer))

    assert says in str(caught.value)
    assert "`hugging_face_token_secret_arn`" in str(caught.value)
    assert SECRET in str(caught.value)
    assert "hf_abc" not in str(caught.value)


def test_what_is_no_arn_is_explained() -> None:
    with pytest.raises(StepError, match="is the ARN of a secret"):
        hub_token.fetch("token")
