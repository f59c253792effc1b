"""Says what to do about an error of the Hugging Face hub.

The client's own messages quote URLs, which may be presigned: they never get into ours.
"""

from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
    RevisionResolutionError,
)

VARIABLE = "`hugging_face_token_secret_arn`"


def gated_without_token(repository: str, endpoint: str) -> str:
    """What a gated repository asks of the user who has configured no token."""
    return (
        f"{repository} is gated: accept its terms at {endpoint}/{repository}, create a read token, "
        f"store it in Secrets Manager, give its ARN to the Terraform variable {VARIABLE} and set "
        "`gated: true` in models.yaml."
    )


def explain(
    exc: Exception, *, repository: str, revision: str, endpoint: str, with_token: bool
) -> str:
    """One message for `exc`: which repository, what happened, what to do."""
    status = exc.response.status_code if isinstance(exc, HfHubHTTPError) else None
    denied = _denied(exc, status, repository, endpoint, with_token)
    if denied:
        return denied
    if isinstance(exc, RevisionNotFoundError | RevisionResolutionError):
        return (
            f"{repository} has no revision {revision}: correct `revision` in models.yaml or the "
            "Terraform variable `model_revisions`."
        )
    if isinstance(exc, RepositoryNotFoundError):
        return (
            f"{repository} does not exist or is private: correct `repository` in models.yaml; if "
            f"it is private or gated, set `gated: true` there and {VARIABLE} in Terraform."
        )
    source = f"{repository}@{revision}"
    if isinstance(exc, RemoteEntryNotFoundError):
        return f"{source} lists a file that it does not serve: choose another revision."
    happened = f"HTTP {status}" if status else type(exc).__name__
    return (
        f"cannot read {source} from {endpoint} ({happened}): check that the job reaches the hub, "
        "then run the pipeline again."
    )


def _denied(
    exc: Exception, status: int | None, repository: str, endpoint: str, with_token: bool
) -> str | None:
    """A message when access is what fails, else None; a missing repository is a 401, too."""
    if not isinstance(exc, GatedRepoError) and status not in {401, 403}:
        return None
    if not with_token:
        return (
            gated_without_token(repository, endpoint) if isinstance(exc, GatedRepoError) else None
        )
    if status == 401:
        return (
            f"the hub refuses the Hugging Face token (HTTP 401) for {repository}: it expired or "
            f"was revoked. Store a new one in the secret of {VARIABLE}."
        )
    return (
        f"{repository} is gated and the token's user has not accepted its terms, or the token may "
        f"not read gated repositories: accept them at {endpoint}/{repository} as that user, or "
        f"change the token in the secret of {VARIABLE}."
    )
