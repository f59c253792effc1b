"""What is written about requests: enough to find a fault, nothing that is private."""

from __future__ import annotations

import base64
import json
import re
import uuid
from typing import Any

from tests.stack.api_driver import MODELS, NAVIGATION, PIXEL, ApiDriver, secrets_of, send
from tests.stack.stack_driver import TypeDriver
from vis_assis.journeys import edge_path

ACCESS_LOG = "/aws/apigateway/vis-assis-api"


def _claims(token: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


def test_each_request_is_a_line_of_json_in_the_access_log(user: ApiDriver) -> None:
    before = len(user.logged(ACCESS_LOG))
    url, private = user.stack.outputs["api_url"], uuid.uuid4().hex
    user.call((MODELS[0], f"{MODELS[1]}?private={private}"), headers={"X-Private": private})
    user.ask(prompt_1="", prompt_2=private)
    send("POST", url + NAVIGATION[1], {"Authorization": f'Bearer "{private}".b"\\.c'}, b"{}")
    send("GET", f"{url}/no-such-route")

    def written() -> list[str] | None:
        lines = user.logged(ACCESS_LOG)[before:]
        return lines if len(lines) >= 4 else None

    lines = edge_path.wait_for("four lines in the access log", written, 30)
    entries = {entry["status"]: entry for entry in map(json.loads, lines)}
    assert set(entries) == {"200", "400", "401", "404"}
    subject = _claims(user.token)["sub"]
    assert (entries["200"]["routeKey"], entries["200"]["user"]) == ("GET /getmodelurl", subject)
    assert (entries["400"]["functionStatus"], entries["400"]["user"]) == ("400", subject)
    assert (entries["401"]["errorType"], entries["401"]["user"]) == ("UNAUTHORIZED", "-")
    assert entries["404"]["routeKey"] == "-"
    for secret in (*secrets_of(user.token), private, user.email):
        assert secret not in "".join(lines)


def test_the_log_of_links_holds_no_link(user: ApiDriver, driver: TypeDriver) -> None:
    driver.upload_by_hand("by-hand.zip", "by hand")
    driver.wait_until_shows("by hand")
    link = user.call(MODELS).json()[driver.type]["download_url"]
    text = user.logged_by("model_urls")
    assert re.search(f'"{driver.type}":"{driver.type}/served/[^"/]+/by-hand.zip"', text)
    for secret in (*secrets_of(user.token), link, "X-Amz-", "Signature"):
        assert secret not in text


def test_the_log_of_a_refusal_holds_neither_token_nor_image(user: ApiDriver) -> None:
    marked = base64.b64decode(PIXEL) + b"marked-image-of-this-test"
    user.ask(image_data=base64.b64encode(marked).decode())
    text = user.logged_by("invoke_navigation")
    assert "refused" in text
    for secret in (*secrets_of(user.token), base64.b64encode(marked).decode()[-20:]):
        assert secret not in text
