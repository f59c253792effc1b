"""An Amplify app's environment variables and builds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from amplify_settings.errors import AppMissingError, BranchBusyError, BranchMissingError
from common.aws_errors import code

_MISSING = "NotFoundException"
_BUSY = "LimitExceededException"
# Amplify takes an empty map for one that was not given.
_NOTHING = {"": ""}


class App:
    """One app.

    Parameters:
        amplify: boto3 Amplify client.
        app_id: id of the app.
    """

    def __init__(self, amplify: Any, app_id: str) -> None:
        self._amplify, self.id = amplify, app_id

    def variables(self) -> dict[str, str]:
        """The app's environment variables; `AppMissingError` when there is no such app."""
        try:
            app = self._amplify.get_app(appId=self.id)["app"]
        except ClientError as exc:
            if code(exc) != _MISSING:
                raise
            raise AppMissingError(
                f"there is no Amplify app {self.id} in this account and region: set "
                "amplify_app_id to one that `aws amplify list-apps` shows"
            ) from exc
        return dict(app.get("environmentVariables") or {})

    def write(self, variables: Mapping[str, str]) -> None:
        """Replaces all of the app's environment variables."""
        self._amplify.update_app(
            appId=self.id, environmentVariables=dict(variables) or dict(_NOTHING)
        )

    def build(self, branch: str) -> str:
        """Starts a build of a branch and returns its id.

        Errors: `BranchMissingError` when the app has no such branch, `BranchBusyError` while
        another build of it waits or runs.
        """
        where = f"branch {branch} of Amplify app {self.id}"
        try:
            answer = self._amplify.start_job(
                appId=self.id,
                branchName=branch,
                jobType="RELEASE",
                jobReason="The backend's settings changed.",
            )
        except ClientError as exc:
            if code(exc) == _MISSING:
                raise BranchMissingError(
                    f"there is no {where}: connect it, or leave it out of amplify_branches"
                ) from exc
            if code(exc) == _BUSY:
                raise BranchBusyError(
                    f"{where} is still being built: let it end or stop it, then deploy again"
                ) from exc
            raise
        return str(answer["jobSummary"]["jobId"])
