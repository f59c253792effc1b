"""AWS Amplify Hosting, which neither emulator has: routes and permissions."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from local_cloud.amplify import apps, jobs
from local_cloud.gateway.aws_request import AwsRequest, AwsResponse, error_response, json_response
from local_cloud.iam.authorization import refusal

_APP, _BRANCH = r"^/apps/(?P<appId>[^/]+)", r"/branches/(?P<branchName>[^/]+)"
_TAGS = r"^/tags/(?P<resourceArn>.+)$"
_ROUTES: list[tuple[str, str, str, Callable[[apps.Values, apps.Values], apps.Values]]] = [
    ("POST", r"^/apps$", "CreateApp", apps.create_app),
    ("GET", r"^/apps$", "ListApps", apps.list_apps),
    ("GET", f"{_APP}$", "GetApp", lambda n, _b: {"app": apps.existing_app(n)}),
    ("POST", f"{_APP}$", "UpdateApp", apps.update_app),
    ("DELETE", f"{_APP}$", "DeleteApp", apps.delete_app),
    ("POST", f"{_APP}/branches$", "CreateBranch", apps.create_branch),
    ("GET", f"{_APP}/branches$", "ListBranches", apps.list_branches),
    ("GET", f"{_APP}{_BRANCH}$", "GetBranch", lambda n, _b: {"branch": apps.existing_branch(n)}),
    ("POST", f"{_APP}{_BRANCH}$", "UpdateBranch", apps.update_branch),
    ("DELETE", f"{_APP}{_BRANCH}$", "DeleteBranch", apps.delete_branch),
    ("POST", f"{_APP}{_BRANCH}/jobs$", "StartJob", jobs.start_job),
    ("GET", f"{_APP}{_BRANCH}/jobs$", "ListJobs", jobs.list_jobs),
    ("DELETE", f"{_APP}{_BRANCH}/jobs/(?P<jobId>[^/]+)/stop$", "StopJob", jobs.stop_job),
    ("GET", _TAGS, "ListTagsForResource", lambda n, _b: {"tags": apps.existing_tagged(n)["tags"]}),
    ("POST", _TAGS, "TagResource", apps.tag),
    ("DELETE", _TAGS, "UntagResource", apps.untag),
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
        except apps.NotFoundError as missing:
            return error_response("NotFoundException", str(missing), 404)
        except jobs.LimitExceededError as busy:
            return error_response("LimitExceededException", str(busy), 429)
    return error_response("NotFoundException", f"{request.method} {request.path}", 404)
