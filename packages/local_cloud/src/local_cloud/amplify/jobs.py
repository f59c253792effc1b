"""Builds of Amplify Hosting: one at a time per branch, and none does anything."""

from __future__ import annotations

from local_cloud import clock
from local_cloud.amplify.apps import NotFoundError, Values, existing_branch, jobs as stored

PENDING_SECONDS, RUNNING_SECONDS = 1, 4
_ACTIVE = ("PENDING", "RUNNING")


class LimitExceededError(Exception):
    """The branch is being built already."""


def start_job(names: Values, body: Values) -> Values:
    """StartJob: nothing is built, but the job waits, runs and succeeds as the clock goes."""
    branch = existing_branch(names)
    jobs = stored.setdefault((names["appId"], names["branchName"]), [])
    if any(_summary(job)["status"] in _ACTIVE for job in jobs):
        raise LimitExceededError(
            f"The branch {names['branchName']} already have pending or running jobs. Please wait "
            "for the job to be finished or stop it."
        )
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
    return {"jobSummary": _summary(job)}


def stop_job(names: Values, _body: Values) -> Values:
    """StopJob: cancels one that waits or runs."""
    existing_branch(names)
    for job in stored.get((names["appId"], names["branchName"]), []):
        if job["jobId"] == names["jobId"]:
            if _summary(job)["status"] in _ACTIVE:
                job.update(status="CANCELLED", endTime=clock.now())
            return {"jobSummary": _summary(job)}
    raise NotFoundError(f"Job {names['jobId']} of branch {names['branchName']} not found.")


def _summary(job: Values) -> Values:
    """The job as it is now."""
    age = clock.now() - job["startTime"]
    if job["status"] != "PENDING" or age < PENDING_SECONDS:
        return dict(job)
    if age < PENDING_SECONDS + RUNNING_SECONDS:
        return {**job, "status": "RUNNING"}
    ended = job["startTime"] + PENDING_SECONDS + RUNNING_SECONDS
    return {**job, "status": "SUCCEED", "endTime": ended}


def list_jobs(names: Values, _body: Values) -> Values:
    """ListJobs, newest first."""
    existing_branch(names)
    jobs = stored.get((names["appId"], names["branchName"]), [])
    return {"jobSummaries": [_summary(job) for job in reversed(jobs)]}
