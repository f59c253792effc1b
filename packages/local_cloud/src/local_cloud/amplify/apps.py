"""Apps and branches of Amplify Hosting: what is stored and what each operation does."""

from __future__ import annotations

import secrets
from typing import Any

from local_cloud import clock
from local_cloud.account import ACCOUNT_ID, REGION

Values = dict[str, Any]

_apps: dict[str, Values] = {}
_branches: dict[tuple[str, str], Values] = {}
jobs: dict[tuple[str, str], list[Values]] = {}


class NotFoundError(Exception):
    """The path names something that does not exist."""


def list_apps(_names: Values, _body: Values) -> Values:
    """ListApps."""
    return {"apps": list(_apps.values())}


def arns() -> list[str]:
    """ARNs of all apps."""
    return [app["appArn"] for app in _apps.values()]


def clear() -> None:
    """Drop all apps."""
    for store in (_apps, _branches, jobs):
        store.clear()


def existing_app(names: Values) -> Values:
    """The app named by appId; raises NotFoundError."""
    if names["appId"] not in _apps:
        raise NotFoundError(f"App {names['appId']} not found.")
    return _apps[names["appId"]]


def existing_branch(names: Values) -> Values:
    """The branch named by appId and branchName; raises NotFoundError."""
    existing_app(names)
    key = names["appId"], names["branchName"]
    if key not in _branches:
        raise NotFoundError(f"Branch {names['branchName']} of app {names['appId']} not found.")
    return _branches[key]


def existing_tagged(names: Values) -> Values:
    """The app or branch of resourceArn; raises NotFoundError."""
    owner = [*_apps.values(), *_branches.values()]
    for candidate in owner:
        if names["resourceArn"] in (candidate.get("appArn"), candidate.get("branchArn")):
            return candidate
    raise NotFoundError(f"Resource {names['resourceArn']} not found.")


def create_app(_names: Values, body: Values) -> Values:
    """CreateApp."""
    identifier = "d" + secrets.token_hex(7)[:13]
    _apps[identifier] = {
        "appId": identifier,
        "appArn": f"arn:aws:amplify:{REGION}:{ACCOUNT_ID}:apps/{identifier}",
        "description": "",
        "repository": "",
        "platform": "WEB",
        "environmentVariables": {},
        "defaultDomain": f"{identifier}.amplifyapp.com",
        "enableBranchAutoBuild": False,
        "enableBranchAutoDeletion": False,
        "enableBasicAuth": False,
        "tags": {},
        "createTime": clock.now(),
        "updateTime": clock.now(),
        **body,
    }
    return {"app": _apps[identifier]}


def update_app(names: Values, body: Values) -> Values:
    """A given environmentVariables map replaces the whole map, unless it is empty.

    An empty name stands for no variables, which is how AWS's own provider removes the last one.
    """
    app = existing_app(names)
    if "environmentVariables" in body:
        given = body["environmentVariables"] or app["environmentVariables"]
        kept = {name: value for name, value in given.items() if name}
        body = {**body, "environmentVariables": kept}
    app.update(body, updateTime=clock.now())
    return {"app": app}


def delete_app(names: Values, _body: Values) -> Values:
    """DeleteApp, with its branches."""
    app = existing_app(names)
    del _apps[names["appId"]]
    for store in (_branches, jobs):
        for key in [key for key in store if key[0] == names["appId"]]:
            del store[key]
    return {"app": app}


def create_branch(names: Values, body: Values) -> Values:
    """CreateBranch."""
    app = existing_app(names)
    name = body["branchName"]
    _branches[names["appId"], name] = {
        "branchArn": f"{app['appArn']}/branches/{name}",
        "displayName": name,
        "description": "",
        "stage": "NONE",
        "framework": "",
        "ttl": "5",
        "activeJobId": "0",
        "totalNumberOfJobs": "0",
        "customDomains": [],
        "environmentVariables": {},
        "enableAutoBuild": True,
        "enableBasicAuth": False,
        "enableNotification": False,
        "enablePullRequestPreview": False,
        "tags": {},
        "createTime": clock.now(),
        "updateTime": clock.now(),
        **body,
    }
    return {"branch": _branches[names["appId"], name]}


def update_branch(names: Values, body: Values) -> Values:
    """UpdateBranch."""
    branch = existing_branch(names)
    branch.update(body, updateTime=clock.now())
    return {"branch": branch}


def delete_branch(names: Values, _body: Values) -> Values:
    """DeleteBranch."""
    branch = existing_branch(names)
    del _branches[names["appId"], names["branchName"]]
    return {"branch": branch}


def list_branches(names: Values, _body: Values) -> Values:
    """ListBranches."""
    existing_app(names)
    return {"branches": [b for (app, _), b in _branches.items() if app == names["appId"]]}


def tag(names: Values, body: Values) -> Values:
    """TagResource."""
    existing_tagged(names)["tags"].update(body["tags"])
    return {}


def untag(names: Values, body: Values) -> Values:
    """UntagResource."""
    for key in body["tagKeys"]:
        existing_tagged(names)["tags"].pop(key, None)
    return {}
