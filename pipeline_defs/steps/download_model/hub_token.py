"""Fetches the Hugging Face token of gated repositories."""

from typing import Any, Protocol

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from .errors import StepError


class SecretsClient(Protocol):
    """The part of the Secrets Manager client that is used."""

    def get_secret_value(self, *, SecretId: str) -> Any: ...  # noqa: N803


def fetch(secret_arn: str, client: SecretsClient | None = None) -> str:
    """Return the token that the secret holds as plain text.

    Raises:
        StepError: the secret cannot be read or is empty; the token never appears in it.
    """
    variable = "`hugging_face_token_secret_arn`"
    try:
        # The region is the fourth part: a secret of another region works, too.
        client = client or boto3.client("secretsmanager", region_name=secret_arn.split(":")[3])
        token = str(client.get_secret_value(SecretId=secret_arn).get("SecretString") or "").strip()
    except ClientError as exc:
        code = exc.response["Error"]["Code"]
        raise StepError(
            f"cannot read the secret of the Terraform variable {variable} ({secret_arn}): {code}. "
            "Check that it exists and holds a value; if it is under a KMS key of your own, give "
            "that key to `hugging_face_token_kms_key_arn`."
        ) from exc
    except (BotoCoreError, IndexError) as exc:
        raise StepError(
            f"cannot read the secret of the Terraform variable {variable} ({secret_arn}): "
            f"{type(exc).__name__}. Check that it is the ARN of a secret that the job can reach."
        ) from exc
    if not token or any(character.isspace() for character in token) or token.startswith("{"):
        raise StepError(
            f"the secret of the Terraform variable {variable} ({secret_arn}) holds no token: store "
            "the Hugging Face token itself as plain text."
        )
    return token
