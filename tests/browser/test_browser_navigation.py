"""Asking about a picture: the endpoint's answers, and what is said without an endpoint."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.cloud import Cloud
from tests.browser.page_driver import PageDriver
from vis_assis.local.web.folder import SOURCE

# The stand-in model knows the size of a picture; the example is as wide as it is high.
PROMPTS = {
    "First question": "answer en is it high?",
    "Second question, after a yes to the first": "answer en is it wide?",
    "Third question, after a yes to the second": "answer en is it large?",
    "Third question, after a no to the second": "answer en what colour is it?",
}


def ask(app: PageDriver, picture: Path, prompts: dict[str, str]) -> None:
    page = app.page
    page.get_by_label("Picture of what is in front of you").set_input_files(picture)
    expect(page.get_by_role("img", name="The picture that you chose")).to_be_visible()
    page.get_by_text("Questions", exact=True).click()
    for label, text in prompts.items():
        page.get_by_label(label).fill(text)
    page.get_by_text("Questions", exact=True).click()
    page.get_by_role("button", name="Ask").click()


def portrait(app: PageDriver, tmp_path: Path) -> Path:
    """The example, stretched to be higher than wide."""
    data_url = app.page.evaluate(
        """async () => {
          const canvas = Object.assign(document.createElement("canvas"), {width: 240, height: 320});
          const example = await createImageBitmap(await (await fetch("example.png")).blob());
          canvas.getContext("2d").drawImage(example, 0, 0, 240, 320);
          return canvas.toDataURL("image/png");
        }"""
    )
    picture = tmp_path / "portrait.png"
    picture.write_bytes(base64.b64decode(data_url.partition(",")[2]))
    return picture


def test_without_an_endpoint_it_says_when_to_try_again(app: PageDriver) -> None:
    ask(app, SOURCE / "example.png", PROMPTS)
    expect(app.alert).to_contain_text("not available; try again later. (in 30 seconds)")
    expect(app.page.get_by_role("definition")).to_have_count(0)


@pytest.fixture(scope="module")
def navigating(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> None:
    cloud.serve_navigation(tmp_path_factory.mktemp("release"))


@pytest.mark.usefixtures("navigating")
def test_only_what_was_asked_is_answered(app: PageDriver, tmp_path: Path) -> None:
    with app.page.expect_request(lambda request: request.method == "POST") as sent:
        ask(app, portrait(app, tmp_path), PROMPTS)
    answers = app.page.get_by_role("status", name="Answers")
    expect(answers.get_by_role("definition")).to_have_text(["yes", "no", "unknown"])
    expect(answers.get_by_role("term")).to_have_text(
        ["Is it high?", "Is it wide?", "What colour is it?"]
    )
    app.screenshot("10-navigation", of=app.page.get_by_role("region", name="Ask about the way"))
    image = json.loads(sent.value.post_data or "")["image_data"]
    assert image.startswith("data:image/jpeg;base64,")


@pytest.mark.usefixtures("navigating")
def test_a_no_ends_the_questions(app: PageDriver) -> None:
    ask(app, SOURCE / "example.png", PROMPTS)
    answers = app.page.get_by_role("status", name="Answers")
    expect(answers.get_by_role("definition")).to_have_text(["no"])
    expect(answers.get_by_role("term")).to_have_text(["Is it high?"])


@pytest.mark.usefixtures("navigating")
def test_who_signs_in_next_sees_nothing_of_the_one_before(app: PageDriver) -> None:
    ask(app, SOURCE / "example.png", PROMPTS)
    answers = app.page.get_by_role("status", name="Answers")
    expect(answers.get_by_role("definition")).to_have_count(1)
    app.sign_out()
    app.sign_in(app.cloud.user())
    expect(app.page.get_by_role("heading", name="Ask about the way")).to_be_visible()
    expect(answers.get_by_role("definition")).to_have_count(0)
    expect(app.page.get_by_role("img", name="The picture that you chose")).to_have_count(0)
    expect(app.page.get_by_label("Picture of what is in front of you")).to_have_value("")
    app.page.get_by_text("Questions", exact=True).click()
    expect(app.page.get_by_label("First question")).not_to_have_value(PROMPTS["First question"])


def test_an_answer_that_comes_after_signing_out_is_not_shown(app: PageDriver) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    app.page.route("**/invokesagemakerinference", hold)
    with app.page.expect_request(lambda request: request.method == "POST"):
        ask(app, SOURCE / "example.png", PROMPTS)
    app.sign_out()
    app.sign_in(app.cloud.user())
    expect(app.page.get_by_role("heading", name="Ask about the way")).to_be_visible()
    headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/json"}
    answer = {"first_prompt_answer": "no", "second_prompt_answer": "", "third_prompt_answer": ""}
    with app.page.expect_response("**/invokesagemakerinference"):
        held[0].fulfill(headers=headers, body=json.dumps(answer))
    expect(app.page.get_by_role("button", name="Ask")).to_have_attribute("aria-disabled", "false")
    expect(app.page.get_by_role("definition")).to_have_count(0)


def test_a_file_that_is_no_picture_is_refused_on_the_device(
    app: PageDriver, tmp_path: Path
) -> None:
    text = tmp_path / "notes.png"
    text.write_text("no picture")
    app.page.get_by_label("Picture of what is in front of you").set_input_files(text)
    app.page.get_by_role("button", name="Ask").click()
    expect(app.alert).to_contain_text("no picture that the browser can read")
