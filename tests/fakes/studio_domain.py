"""Two Studio domains with what people opened in them, for the teardown of one."""

from __future__ import annotations

from typing import Any

from tests.fakes.client import FakeClient, client_error
from tests.fakes.seconds import Seconds

OURS, OTHERS = "d-0a1b", "d-0a1b2c"
DELETING_SECONDS = 20
Name = tuple[str, ...]


class FakeStudio(FakeClient):
    """Apps, spaces and profiles by domain and name, each with a status until a second of the clock.

    A profile or space with apps refuses to go, as on AWS; an app stays listed as Deleted.
    """

    service = "sagemaker"

    def __init__(self, clock: Seconds) -> None:
        super().__init__()
        self.clock = clock
        self.things: dict[str, dict[Name, tuple[str, float]]] = {
            "app": {},
            "space": {},
            "profile": {},
        }
        for domain in (OURS, OTHERS):
            self.put("profile", domain, "default")
            self.put("profile", domain, "guest")
            self.put("space", domain, "shared")
            self.put("app", domain, "UserProfileName", "guest", "JupyterLab", "default")
            self.put("app", domain, "SpaceName", "shared", "JupyterLab", "default")

    def put(self, kind: str, *name: str, status: str = "InService", until: float = 0) -> None:
        """One that has the status until that second, InService or gone from then on."""
        self.things[kind][name] = (status, until)

    def left(self, domain: str) -> dict[str, list[Name]]:
        """What exists in a domain, by kind."""
        return {
            kind: sorted(
                name[1:] for name in named if name[0] == domain and self._status(kind, name)
            )
            for kind, named in self.things.items()
        }

    def _status(self, kind: str, name: Name) -> str:
        status, until = self.things[kind].get(name, ("", 0))
        if self.clock.now < until or status in ("", "InService"):
            return status
        return "" if status == "Deleting" else "InService"

    def _list(self, kind: str, domain: str) -> list[tuple[Name, str]]:
        statuses = [(name, self._status(kind, name)) for name in self.things[kind]]
        gone = "Deleted" if kind == "app" else ""
        return [
            (name, status or gone)
            for name, status in statuses
            if name[0] == domain and (status or gone)
        ]

    def _delete(self, kind: str, *name: str) -> Any:
        status = self._status(kind, name)
        if not status:
            raise client_error("ResourceNotFound", "Delete")
        has_apps = any(
            app[2] == name[-1] and self._status("app", app)
            for app in self.things["app"]
            if app[0] == name[0]
        )
        if status != "InService" or (kind != "app" and has_apps):
            raise client_error("ResourceInUse", "Delete")
        self.put(kind, *name, status="Deleting", until=self.clock.now + DELETING_SECONDS)
        return {}

    def _list_apps(self, **call: Any) -> Any:
        return {
            "Apps": [
                {
                    "DomainId": domain,
                    owner: value,
                    "AppType": kind,
                    "AppName": app,
                    "Status": status,
                }
                for (domain, owner, value, kind, app), status in self._list(
                    "app", call["DomainIdEquals"]
                )
            ]
        }

    def _list_spaces(self, **call: Any) -> Any:
        listed = self._list("space", call["DomainIdEquals"])
        return {"Spaces": [{"SpaceName": name[1], "Status": status} for name, status in listed]}

    def _list_user_profiles(self, **call: Any) -> Any:
        listed = self._list("profile", call["DomainIdEquals"])
        return {"UserProfiles": [{"UserProfileName": name[1], "Status": s} for name, s in listed]}

    def _delete_app(self, **call: Any) -> Any:
        (owner,) = {"UserProfileName", "SpaceName"} & set(call)
        return self._delete(
            "app", call["DomainId"], owner, call[owner], call["AppType"], call["AppName"]
        )

    def _delete_space(self, **call: Any) -> Any:
        return self._delete("space", call["DomainId"], call["SpaceName"])

    def _delete_user_profile(self, **call: Any) -> Any:
        return self._delete("profile", call["DomainId"], call["UserProfileName"])
