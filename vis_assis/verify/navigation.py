"""The navigation path: a question about a stored picture, to a stand-in if nothing serves."""

from __future__ import annotations

import base64
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from navigation_model.packer.light import pack_light_release
from teardown.removal import Deadline
from teardown.request import Request, Stack
from teardown.stages import run
from update_endpoint.settings import RELEASES, STAGING, STATUS_KEY, UPLOAD_KEY
from vis_assis.build.environments import ROOT
from vis_assis.errors import CommandError
from vis_assis.journeys.navigation_path import NavigationPath
from vis_assis.verify import api
from vis_assis.verify.services import remove_versions
from vis_assis.verify.session import Deviation, NotChecked, Session

PICTURE = ROOT / "lambda_src" / "update_endpoint" / "question.jpg"
PROMPTS = ("Is there a door?", "Is it open?", "What is behind it?", "What is there instead?")
CAPTURES = "data-capture/"
LONGEST_START = LONGEST_REMOVAL = 2700


def ask(session: Session) -> str:
    """The API answers its four questions about a stored picture."""
    path = NavigationPath(session.cloud.client, session.outputs)
    status = path.describe()["EndpointStatus"]
    if status == "Missing" and not path.releases() and not _uploads(path):
        _serve_stand_in(session, path)
    elif status != "InService":
        raise NotChecked(f"the endpoint is {status}: see make navigation-status")
    image = base64.b64encode(PICTURE.read_bytes()).decode()
    questions = {f"prompt_{number}": text for number, text in enumerate(PROMPTS, 1)}
    body = json.dumps({"image_data": f"data:image/jpeg;base64,{image}", **questions})
    began = time.monotonic()
    answer = session.call("POST", api.NAVIGATION, body.encode())
    seconds = f"{time.monotonic() - began:.1f} s"
    if answer.status != 200:
        raise Deviation("stored-picture", f"{answer.status} after {seconds}: {_text(answer.body)}")
    first = json.loads(answer.body).get("first_prompt_answer")
    if not isinstance(first, str) or not first.strip():
        raise Deviation("stored-picture", f"the first answer is {first!r}")
    return f"answered after {seconds}"


def _text(body: bytes) -> str:
    return body[:200].decode(errors="replace")


def _uploads(path: NavigationPath) -> int:
    """How often the key was written or deleted."""
    listed = path.s3.list_object_versions(Bucket=path.bucket, Prefix=UPLOAD_KEY)
    return len([*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())])


def _serve_stand_in(session: Session, path: NavigationPath) -> None:
    """Serves a release without weights, whose cost somebody has to allow.

    Raises:
        NotChecked: when nobody did.
    """
    environment = _environment(session)
    kind = environment["INSTANCE_TYPE"]
    cost = (
        f"a stand-in release runs one {kind} for some 20 minutes on AWS "
        "(ml.g5.xlarge: $1.41 an hour) and is removed after its answer"
    )
    if not session.may_release:
        raise NotChecked(f"no release was ever uploaded; {cost}: NAVIGATION=1 allows it")
    session.report(f"Uploading a release: {cost}")
    session.made.callback(_remove_releases, session, path, environment)
    with tempfile.TemporaryDirectory() as folder:
        path.upload(pack_light_release(Path(folder) / "model.tar.gz", session.name).path)
    path.wait_until_serves(session.name, LONGEST_START)


def _environment(session: Session) -> dict[str, Any]:
    function = session.cloud.client("lambda").get_function_configuration(
        FunctionName=session.outputs["function_names"]["update_endpoint"]
    )
    environment: dict[str, Any] = function["Environment"]["Variables"]
    return environment


def _remove_releases(session: Session, path: NavigationPath, environment: dict[str, Any]) -> None:
    """Removes the upload and what is known of it first, so that nothing is created again.

    Raises:
        CommandError: when somebody uploaded meanwhile, or the controller made the release again.
    """
    if _uploads(path) > 1:
        raise CommandError(
            "somebody changed the navigation upload meanwhile: the release was left alone, see "
            "make navigation-status"
        )
    folders = (UPLOAD_KEY, STAGING, RELEASES, STATUS_KEY, CAPTURES)
    request = Request(
        action="delete",
        stage="navigation",
        endpoint=path.endpoint,
        model_prefix=environment["MODEL_NAME_PREFIX"],
    )
    end = time.monotonic() + LONGEST_REMOVAL
    for _ in range(2):  # a run of the controller may have been under way
        for folder in folders:
            remove_versions(path.s3, path.bucket, folder)
        deadline = Deadline(lambda: end - time.monotonic(), time.sleep)
        run(session.cloud.client, Stack(environment["STACK_NAME"]), request, deadline)
    if path.releases() or path.describe()["EndpointStatus"] != "Missing":
        raise CommandError("the stand-in release is there again: run `make verify` once more")
