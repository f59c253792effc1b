"""What the app is answered while the endpoint serves, is busy, breaks down or is slow."""

from __future__ import annotations

import base64
import json
import re
import struct
import time
import uuid
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from navigation_model.packer.archive import write_archive
from navigation_model.packer.light import LIGHT_CODE, LIGHT_MODEL
from navigation_model.packer.release import ENTRY_POINT, release_members
from tests.stack.api_driver import ApiDriver, secrets_of
from tests.stack.navigation_driver import NavigationDriver
from vis_assis.journeys import edge_path

MOODY = Path(__file__).with_name("flaky_inference.py")
ANSWERS = ("first_prompt_answer", "second_prompt_answer", "third_prompt_answer")


def png(width: int, height: int) -> str:
    """A black picture as the app sends it."""
    rows = (b"\0" + bytes(width)) * height
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    content = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


@pytest.fixture(scope="module")
def moody(user: ApiDriver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiDriver]:
    """The app's user, while a release is served whose moods the first prompt chooses."""
    folder = tmp_path_factory.mktemp("moody")
    navigation = NavigationDriver(user.stack, folder)
    navigation.wait_until_at_rest()
    members = release_members(LIGHT_MODEL, LIGHT_CODE)
    members["code/stand_in.py"] = members[ENTRY_POINT]
    members[ENTRY_POINT] = MOODY.read_bytes()
    members["release.json"] = b'{"label": "moody"}'
    navigation.upload(write_archive(members, folder / "moody.tar.gz", lambda _: None).path)
    navigation.wait_until_serves("moody")

    functions = user.stack.client("lambda")
    name = user.stack.outputs["function_names"]["invoke_navigation"]
    before = functions.get_function_configuration(FunctionName=name)
    variables = before["Environment"]["Variables"]

    def configure(chosen: dict[str, str]) -> None:
        functions.update_function_configuration(
            FunctionName=name, Environment={"Variables": chosen}
        )

    configure(variables | {"ANSWER_WITHIN_SECONDS": "2"})
    yield user
    configure(variables)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((20, 10), ("yes", "no", "no")),
        ((10, 20), ("no", "", "")),
        ((2000, 1000), ("yes", "yes", "unknown")),
    ],
)
def test_later_questions_are_asked_only_after_the_answers_that_call_for_them(
    moody: ApiDriver, size: tuple[int, int], expected: tuple[str, str, str]
) -> None:
    answer = moody.ask(
        image_data=png(*size),
        prompt_1="Is it wide?",
        prompt_2="Is it large?",
        prompt_3="What is it?",
        prompt_4="Is it high?",
    )
    assert answer.status == 200
    assert answer.json() == dict(zip(ANSWERS, expected, strict=True))


def test_the_log_of_an_answer_holds_nothing_of_question_picture_and_answer(
    moody: ApiDriver,
) -> None:
    image = base64.b64encode(base64.b64decode(png(20, 10).partition(",")[2]) + b"marked").decode()
    answer = moody.ask(
        image_data=image,
        prompt_1="Is it wide?",
        prompt_2="Is it large?",
        prompt_3="Who is it?",
        prompt_4="Where is the marked person?",
    )
    assert (answer.status, answer.json()["third_prompt_answer"]) == (200, "unknown")
    text = moody.logged_by("invoke_navigation")
    assert f'"image_bytes":{len(base64.b64decode(image))}' in text
    for secret in (*secrets_of(moody.token), image[-20:], "marked", "Is it wide", '"unknown"'):
        assert secret not in text


@pytest.mark.parametrize(("mood", "status"), [("busy", 429), ("broken", 502), ("slow", 504)])
def test_a_bad_moment_of_the_model_has_a_status_of_its_own(
    moody: ApiDriver, mood: str, status: int
) -> None:
    answer = moody.ask(image_data=png(10, 10), prompt_1=mood)
    assert answer.status == status
    assert set(answer.json()) == {"message"}
    assert ("retry-after" in answer.headers) == (status != 502)

    def answers_again() -> bool | None:
        return True if moody.ask(image_data=png(10, 10)).status == 200 else None

    edge_path.wait_for("the model's next answer", answers_again, 30)


def test_an_overtaken_picture_is_answered_with_nothing_and_no_failure(moody: ApiDriver) -> None:
    answer = moody.ask(image_data=png(10, 10), prompt_1="overtaken")
    assert (answer.status, answer.json()) == (200, dict.fromkeys(ANSWERS, ""))
    assert '"message":"overtaken"' in moody.logged_by("invoke_navigation")


def test_the_model_and_its_captures_learn_which_user_but_not_who(moody: ApiDriver) -> None:
    prompt = f"Is it {uuid.uuid4().hex}?"
    assert moody.ask(image_data=png(10, 10), prompt_1=prompt).status == 200
    s3, bucket = moody.stack.client("s3"), moody.stack.outputs["navigation_upload_bucket"]

    def captured() -> str | None:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="data-capture/")
        keys = [item["Key"] for page in pages for item in page.get("Contents", ())]
        bodies = (s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in keys)
        return next((body for body in bodies if prompt in body), None)

    record = edge_path.wait_for("the captured request", captured, 30)
    sent = json.loads(json.loads(record)["captureData"]["endpointInput"]["data"])
    assert re.fullmatch(r"[0-9a-f]{32}", sent["caller"])
    assert abs(sent["sequence"] / 1000 - time.time()) < 300
    claims = json.loads(base64.urlsafe_b64decode(moody.token.split(".")[1] + "=="))
    for known in (claims["sub"], claims["email"]):
        assert known not in record


def test_an_image_that_the_model_cannot_read_is_the_clients_fault(moody: ApiDriver) -> None:
    cut = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(8)).decode()
    answer = moody.ask(image_data=cut)
    assert answer.status == 400
    assert "image_data" in answer.json()["message"]
