"""The example page is pointed at the stack at hand, or says that there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from vis_assis.errors import CommandError
from vis_assis.local.web.config import find, from_front_end, from_local

LOCAL = """\
AWS_ENDPOINT_URL=http://127.0.0.1:4566
AWS_REGION=eu-west-1
VIS_ASSIS_API_URL=http://127.0.0.1:4566/_aws/execute-api/abc
VIS_ASSIS_MODEL_SIGNING_KEYS='["1234=AAAA","5678=BBBB"]'
VIS_ASSIS_USER_POOL_CLIENT_ID=client
"""
FRONT_END = """\
NEXT_PUBLIC_API_GATEWAY_ENDPOINT=https://abc.execute-api.eu-central-1.amazonaws.com
NEXT_PUBLIC_COGNITO_USER_POOL_CLIENT_ID=client-on-aws
NEXT_PUBLIC_REGION_NAME=eu-central-1
"""


def test_a_running_local_cloud_goes_before_aws(tmp_path: Path) -> None:
    (tmp_path / ".env.local").write_text(FRONT_END)
    assert find(tmp_path) == {
        "apiUrl": "https://abc.execute-api.eu-central-1.amazonaws.com",
        "userPoolClientId": "client-on-aws",
        "cognitoUrl": "https://cognito-idp.eu-central-1.amazonaws.com/",
        "modelSigningKeys": "",
    }
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "local.env").write_text(LOCAL)
    assert find(tmp_path) == {
        "apiUrl": "http://127.0.0.1:4566/_aws/execute-api/abc",
        "userPoolClientId": "client",
        "cognitoUrl": "http://127.0.0.1:4566",
        "modelSigningKeys": "1234=AAAA,5678=BBBB",
    }


def test_without_a_stack_it_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="make local"):
        find(tmp_path)


def test_a_missing_value_is_named() -> None:
    with pytest.raises(CommandError, match="apiUrl, userPoolClientId, cognitoUrl"):
        from_local({})
    with pytest.raises(CommandError, match="about cognitoUrl:"):
        from_front_end(
            {
                "NEXT_PUBLIC_API_GATEWAY_ENDPOINT": "https://x.example",
                "NEXT_PUBLIC_COGNITO_USER_POOL_CLIENT_ID": "client",
            }
        )
