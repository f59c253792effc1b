"""The refusals of the hub, with the status and `X-Error-Code` that huggingface_hub maps."""

from __future__ import annotations


class HubError(Exception):
    """A request that is answered with an error.

    `status` is the HTTP status, `code` the value of X-Error-Code ("" sends none), `headers` extra
    response headers.
    """

    def __init__(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


def repository_not_found(name: str) -> HubError:
    return HubError(404, "RepoNotFound", f"Repository {name} not found")


def revision_not_found(name: str, revision: str) -> HubError:
    return HubError(404, "RevisionNotFound", f"Invalid rev id: {revision} in {name}")


def entry_not_found(path: str, commit: str) -> HubError:
    return HubError(
        404, "EntryNotFound", f"Entry not found: {path}", headers={"X-Repo-Commit": commit}
    )


def login_required(name: str) -> HubError:
    return HubError(401, "GatedRepo", f"Access to model {name} is restricted. Log in with a token.")


def terms_not_accepted(name: str) -> HubError:
    return HubError(
        403,
        "GatedRepo",
        f"Access to model {name} is restricted and you are not in the authorized list."
        " Accept its terms first.",
    )


def invalid_credentials() -> HubError:
    return HubError(401, "", "Invalid credentials in Authorization header")
