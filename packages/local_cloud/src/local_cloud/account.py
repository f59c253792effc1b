"""The account and region that this server was started for."""

from __future__ import annotations

import os

from local_cloud.settings import DEFAULT_ACCOUNT_ID, DEFAULT_REGION

ACCOUNT_ID = os.environ.get("MINISTACK_ACCOUNT_ID", DEFAULT_ACCOUNT_ID)
REGION = os.environ.get("MINISTACK_REGION", DEFAULT_REGION)
