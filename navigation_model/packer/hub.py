"""Downloads a model from the Hugging Face hub at one commit."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

# Plain HTTP resumes just as well, and the Xet client keeps a cache outside the given folder.
os.environ.setdefault("HF_HUB_DISABLE_XET", "1")

from huggingface_hub import HfApi
from huggingface_hub.errors import (
    HfHubHTTPError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from navigation_model.packer.errors import PackError

try:
    from httpx2 import HTTPError as ClientError
except ImportError:
    # huggingface-hub below 1.0, which transformers 4 needs, asks with requests.
    from requests import RequestException as ClientError  # type: ignore[assignment]

REPOSITORY = "google/paligemma-3b-mix-224"
# Weights in bfloat16, in which the endpoint computes; those of main are float32, twice the size.
REVISION = "bfloat16"
# What transformers loads: configuration, weights, tokenizer; not the other weight formats.
FILES = ["*.json", "*.safetensors", "tokenizer.model"]


@dataclass(frozen=True)
class Download:
    """A downloaded model.

    Args:
        folder: its files.
        commit: the commit that the revision stood for.
    """

    folder: Path
    commit: str


def download_model(
    revision: str, folder: Path, token: str | None, repository: str = REPOSITORY
) -> Download:
    """Downloads the files of a model; a repeated call resumes and takes what is there already.

    The hub is `HF_ENDPOINT` of the environment at the time of the call, else the public one.

    Args:
        revision: commit, branch or tag; it is resolved to a commit first.
        folder: where downloads are kept, each below its commit.
        token: access token; None uses the login of the hub's own command line, if any.
        repository: owner and name.

    Raises:
        PackError: when the hub cannot be reached, access is denied, or the repository or revision
            does not exist.
    """
    api = HfApi(endpoint=os.environ.get("HF_ENDPOINT") or None, token=token)
    try:
        commit = api.model_info(repository, revision=revision).sha
        if not commit:
            raise PackError(f"The hub names no commit for {repository} at {revision}.")
        target = folder / commit
        api.snapshot_download(repository, revision=commit, local_dir=target, allow_patterns=FILES)
    except RevisionNotFoundError as exc:
        raise PackError(
            f"{repository} has no revision {revision!r}: see {api.endpoint}/{repository}/commits."
        ) from exc
    except HfHubHTTPError as exc:
        status = exc.response.status_code if exc.response is not None else None
        if status in (401, 403) or isinstance(exc, RepositoryNotFoundError):
            raise PackError(access_denied(repository, api.endpoint, status)) from exc
        raise PackError(f"The hub answered {status} for {repository}: try again later.") from exc
    # The hub's client raises the second one when the network goes away later on.
    except (ClientError, LocalEntryNotFoundError) as exc:
        reason = " ".join(str(exc).split())[:200]
        raise PackError(
            f"{api.endpoint} cannot be reached ({reason}): check the network, or give a downloaded "
            "model with --model-dir. The same command again resumes a download."
        ) from exc
    return Download(target, commit)


def access_denied(repository: str, endpoint: str, status: int | None) -> str:
    """What to accept and where, when the hub answers 401, 403 or 404."""
    page = f"{endpoint}/{repository}"
    reasons = {
        401: "The hub wants to know who asks: no token was given, or it is not valid.",
        403: "The account of this token has not accepted the terms of the model, or the token "
        "may not read gated repositories.",
    }
    return "\n".join(
        [
            f"Access to {repository} was denied (HTTP {status}).",
            reasons.get(status or 0, "The repository does not exist, or it is hidden from you."),
            "What to do:",
            f"  1. Sign in, open {page} and accept the Gemma terms shown there.",
            f"  2. Create a token at {endpoint}/settings/tokens: type 'Read', or fine-grained "
            "with read access to public gated repositories.",
            "  3. export HF_TOKEN=<token> and run the same command again.",
        ]
    )
