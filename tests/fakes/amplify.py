"""Amplify with apps, their variables and their builds."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from amplify_settings.merge import NOTE


class FakeAmplify:
    """Holds apps by id: variables, branches and started builds.

    Parameters:
        apps: variables by app id.
        branches: branches that every app has.

    `busy` holds branches with a running build.
    """

    def __init__(self, apps: dict[str, dict[str, str]], branches: tuple[str, ...] = ()) -> None:
        self.apps, self.branches = apps, branches
        self.builds: list[tuple[str, str]] = []
        self.busy: set[str] = set()

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
        if branchName in self.busy:
            self._refuse("LimitExceededException", "StartJob")
        self.builds.append((appId, branchName))
        return {"jobSummary": {"jobId": str(len(self.builds))}}

    def settings(self, app_id: str) -> dict[str, str]:
        """The app's variables but the note of the stack's."""
        return {name: value for name, value in self.apps[app_id].items() if name != NOTE}

    @classmethod
    def _check(cls, found: bool, operation: str) -> None:
        if not found:
            cls._refuse("NotFoundException", operation)

    @staticmethod
    def _refuse(code: str, operation: str) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "refused"}}, operation)
