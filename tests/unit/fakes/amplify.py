"""Amplify with apps, their variables and their builds."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError


class FakeAmplify:
    """Holds apps by id: variables, branches and started builds.

    Parameters:
        apps: variables by app id.
        branches: branches that every app has.
    """

    def __init__(self, apps: dict[str, dict[str, str]], branches: tuple[str, ...] = ()) -> None:
        self.apps, self.branches = apps, branches
        self.builds: list[tuple[str, str]] = []

    def get_app(self, *, appId: str) -> dict[str, Any]:  # noqa: N803 - the API's names
        self._check(appId in self.apps, "GetApp")
        return {"app": {"appId": appId, "environmentVariables": dict(self.apps[appId])}}

    def update_app(self, *, appId: str, environmentVariables: dict[str, str]) -> None:  # noqa: N803
        self._check(appId in self.apps, "UpdateApp")
        # An empty map counts as not given.
        if environmentVariables:
            self.apps[appId] = {k: v for k, v in environmentVariables.items() if k}

    def start_job(self, *, appId: str, branchName: str, **_: str) -> dict[str, Any]:  # noqa: N803
        self._check(appId in self.apps and branchName in self.branches, "StartJob")
        self.builds.append((appId, branchName))
        return {"jobSummary": {"jobId": str(len(self.builds))}}

    @staticmethod
    def _check(found: bool, operation: str) -> None:
        if not found:
            error = {"Code": "NotFoundException", "Message": "not found"}
            raise ClientError({"Error": error}, operation)
