"""Apps that people left running in a Studio domain."""

from __future__ import annotations

from typing import Any

from teardown.errors import Busy
from teardown.kinds.pages import items

GONE = "Deleted"  # listed for a day after the deletion
IN_PROGRESS = ("Deleting", "Pending")


class StudioApps:
    """Every app of the domain, of user profiles and of spaces."""

    title = "Studio app"

    def __init__(self, sagemaker: Any, domain_id: str) -> None:
        self._sagemaker, self._domain_id = sagemaker, domain_id
        self._apps: dict[str, dict[str, Any]] = {}

    def find(self) -> list[str]:
        listed = items(self._sagemaker, "list_apps", "Apps", DomainIdEquals=self._domain_id)
        self._apps = {_name(app): app for app in listed if app["Status"] != GONE}
        return list(self._apps)

    def remove(self, name: str) -> None:
        app = self._apps[name]
        if app["Status"] in IN_PROGRESS:
            raise Busy(f"is {app['Status']}")
        owner = {key: app[key] for key in ("UserProfileName", "SpaceName") if app.get(key)}
        self._sagemaker.delete_app(
            DomainId=self._domain_id, AppType=app["AppType"], AppName=app["AppName"], **owner
        )


def _name(app: dict[str, Any]) -> str:
    owner = app.get("SpaceName") or app.get("UserProfileName")
    return f"{owner}/{app['AppType']}/{app['AppName']}"
