"""AWS Amplify Hosting: apps, branches and jobs, which neither emulator has."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from local_cloud import clock
from local_cloud.authorization import refusal
from local_cloud.aws_request import AwsRequest, AwsResponse, error_response, json_response
from local_cloud.settings import ACCOUNT_ID, REGION

Values = dict[str, Any]

_apps: dict[str, Values] = {}
_branches: dict[tuple[str, str], Values] = {}
_jobs: dict[tuple[str, str], list[Values]] = {}


class _NotFoundError(Exception):
    """The path names something that does not exist."""


def apps() -> list[str]:
    """ARNs of all apps."""
    return [app["appArn"] for app in _apps.values()]


def clear() -> None:
    """Drop all apps."""
    for store in (_apps, _branches, _jobs):
        store.clear()


def _app(names: Values) -> Values:
    if names["appId"] not in _apps:
        raise _NotFoundError(f"App {names['appId']} not found.")
    return _apps[names["appId"]]


def _branch(names: Values) -> Values:
    _app(names)
    key = names["appId"], names["branchName"]
    if key not in _branches:
        raise _NotFoundError(f"Branch {names['branchName']} of app {names['appId']} not found.")
    return _branches[key]


def _tagged(names: Values) -> Values:
    owner = [*_apps.values(), *_branches.values()]
    for candidate in owner:
        if names["resourceArn"] in (candidate.get("appArn"), candidate.get("branchArn")):
            return candidate
    raise _NotFoundError(f"Resource {names['resourceArn']} not found.")


def _create_app(_names: Values, body: Values) -> Values:
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


def _update_app(names: Values, body: Values) -> Values:
    """A given environmentVariables map replaces the whole map."""
    app = _app(names)
    app.update(body, updateTime=clock.now())
    return {"app": app}


def _delete_app(names: Values, _body: Values) -> Values:
    app = _app(names)
    del _apps[names["appId"]]
    for store in (_branches, _jobs):
        for key in [key for key in store if key[0] == names["appId"]]:
            del store[key]
    return {"app": app}


def _create_branch(names: Values, body: Values) -> Values:
    app = _app(names)
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


def _update_branch(names: Values, body: Values) -> Values:
    branch = _branch(names)
    branch.update(body, updateTime=clock.now())
    return {"branch": branch}


def _delete_branch(names: Values, _body: Values) -> Values:
    branch = _branch(names)
    del _branches[names["appId"], names["branchName"]]
    return {"branch": branch}


def _start_job(names: Values, body: Values) -> Values:
    branch = _branch(names)
    jobs = _jobs.setdefault((names["appId"], names["branchName"]), [])
    identifier = str(len(jobs) + 1)
    job = {
        "jobArn": f"{branch['branchArn']}/jobs/{identifier.zfill(10)}",
        "jobId": identifier,
        "commitId": body.get("commitId", "HEAD"),
        "commitMessage": body.get("commitMessage", ""),
        "commitTime": clock.now(),
        "startTime": clock.now(),
        "status": "PENDING",
        "jobType": body["jobType"],
    }
    jobs.append(job)
    branch.update(activeJobId=identifier, totalNumberOfJobs=identifier)
    return {"jobSummary": job}


def _list_branches(names: Values, _body: Values) -> Values:
    _app(names)
    return {"branches": [b for (app, _), b in _branches.items() if app == names["appId"]]}


def _list_jobs(names: Values, _body: Values) -> Values:
    _branch(names)
    return {"jobSummaries": _jobs.get((names["appId"], names["branchName"]), [])[::-1]}


def _tag(names: Values, body: Values) -> Values:
    _tagged(names)["tags"].update(body["tags"])
    return {}


def _untag(names: Values, body: Values) -> Values:
    for key in body["tagKeys"]:
        _tagged(names)["tags"].pop(key, None)
    return {}


_APP, _BRANCH = r"^/apps/(?P<appId>[^/]+)", r"/branches/(?P<branchName>[^/]+)"
_TAGS = r"^/tags/(?P<resourceArn>.+)$"
_ROUTES: list[tuple[str, str, str, Callable[[Values, Values], Values]]] = [
    ("POST", r"^/apps$", "CreateApp", _create_app),
    ("GET", r"^/apps$", "ListApps", lambda _n, _b: {"apps": list(_apps.values())}),
    ("GET", f"{_APP}$", "GetApp", lambda n, _b: {"app": _app(n)}),
    ("POST", f"{_APP}$", "UpdateApp", _update_app),
    ("DELETE", f"{_APP}$", "DeleteApp", _delete_app),
    ("POST", f"{_APP}/branches$", "CreateBranch", _create_branch),
    ("GET", f"{_APP}/branches$", "ListBranches", _list_branches),
    ("GET", f"{_APP}{_BRANCH}$", "GetBranch", lambda n, _b: {"branch": _branch(n)}),
    ("POST", f"{_APP}{_BRANCH}$", "UpdateBranch", _update_branch),
    ("DELETE", f"{_APP}{_BRANCH}$", "DeleteBranch", _delete_branch),
    ("POST", f"{_APP}{_BRANCH}/jobs$", "StartJob", _start_job),
    ("GET", f"{_APP}{_BRANCH}/jobs$", "ListJobs", _list_jobs),
    ("GET", _TAGS, "ListTagsForResource", lambda n, _b: {"tags": _tagged(n)["tags"]}),
    ("POST", _TAGS, "TagResource", _tag),
    ("DELETE", _TAGS, "UntagResource", _untag),
]


def handle(request: AwsRequest) -> AwsResponse:
    """Answer one REST request; every operation is checked against IAM first."""
    body = {**request.parameters(), **{k: v for k, v in request.query.items() if k == "tagKeys"}}
    for method, pattern, operation, answer in _ROUTES:
        match = re.match(pattern, request.path)
        if method != request.method or match is None:
            continue
        names = {key: unquote(value) for key, value in match.groupdict().items()}
        refused = refusal(request, operation, {**body, **names}, denied_status=403)
        if refused:
            return refused
        try:
            return json_response(answer(names, body), content_type="application/json")
        except _NotFoundError as missing:
            return error_response("NotFoundException", str(missing), 404)
    return error_response("NotFoundException", f"{request.method} {request.path}", 404)
