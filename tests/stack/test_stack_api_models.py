"""From the API to the bytes of a model, as the browser app fetches, resumes and compares them."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from common.model_index import Envelope, Index
from tests.stack.api_driver import MODELS, ApiDriver, send
from tests.stack.stack_driver import TypeDriver, make_zip
from vis_assis.aws.model_verification import read_index, trusted_keys
from vis_assis.local.local_stack import LocalStack


def test_a_promoted_model_is_linked_by_one_read(
    stack: LocalStack, user: ApiDriver, driver: TypeDriver
) -> None:
    assert driver.type not in user.call(MODELS).json()
    arn = driver.register_approved("one")
    driver.wait_until_shows("one")
    role = f"/{stack.outputs['function_names']['model_urls']}/"
    user.call(MODELS)
    seen = len(stack.cloud.control("calls"))
    entry, body = user.call(MODELS).json()[driver.type], make_zip("one")
    calls = [call for call in stack.cloud.control("calls")[seen:] if role in call["principal"]]
    of_s3 = [call for call in calls if call["action"].startswith("s3:")]
    assert [(call["action"], call["allowed"]) for call in of_s3] == [("s3:GetObject", True)]
    assert of_s3[0]["resources"] == [f"arn:aws:s3:::{driver.production}/index.json"]

    assert entry["model_name"] == "model.zip"
    assert (entry["version"], entry["bytes"]) == (int(arn.rpartition("/")[2]), len(body))
    assert entry["sha256"] == hashlib.sha256(body).hexdigest()
    answer = send("GET", entry["download_url"])
    assert (answer.status, answer.body) == (200, body)
    assert answer.headers["etag"].strip('"') == entry["ETag"]


def test_a_promotion_during_a_download_does_not_break_it(
    user: ApiDriver, driver: TypeDriver
) -> None:
    driver.register_approved("one")
    driver.wait_until_shows("one")
    before, body = user.call(MODELS).json()[driver.type], make_zip("one")
    begun = send("GET", before["download_url"], {"Range": "bytes=0-9"}).body
    driver.register_approved("two")
    driver.wait_until_shows("two")
    rest = send("GET", before["download_url"], {"Range": "bytes=10-"})
    assert (rest.status, begun + rest.body) == (206, body)
    after = user.call(MODELS).json()[driver.type]
    assert after["ETag"] != before["ETag"]
    assert send("GET", after["download_url"]).body == make_zip("two")


def test_a_link_resumes_spares_and_is_of_use_for_one_object_only(
    user: ApiDriver, driver: TypeDriver
) -> None:
    driver.upload_by_hand("by-hand.zip", "by hand")
    driver.wait_until_shows("by hand")
    entry, body = user.call(MODELS).json()[driver.type], make_zip("by hand")
    link = entry["download_url"]
    rest = send("GET", link, {"Range": "bytes=10-"})
    assert (rest.status, rest.body) == (206, body[10:])
    assert rest.headers["content-range"] == f"bytes 10-{len(body) - 1}/{len(body)}"
    same = send("GET", link, {"If-None-Match": f'"{entry["ETag"]}"'})
    assert (same.status, same.body) == (304, b"")

    query = parse_qs(urlsplit(link).query)
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["3600"]
    assert send("GET", link.replace("by-hand.zip", "other.zip")).status == 403
    assert send("GET", link.split("?")[0]).status == 403
    assert send("PUT", link, body=b"evil").status == 403


def test_files_come_one_by_one_signed_and_only_what_the_caller_lacks(
    stack: LocalStack, user: ApiDriver, driver: TypeDriver
) -> None:
    arn = driver.register_approved("one")
    driver.wait_until_shows("one")
    asked = f"/models?types={driver.type}"
    answer = user.call(("GET", asked)).json()
    s3, keys = driver.s3, trusted_keys(stack.outputs["model_signing_keys"])
    index, problems = read_index(s3, driver.production, keys, now=datetime.now(UTC), at_least=0)
    assert problems == []
    assert Index.parse(Envelope.parse(json.dumps(answer["index"]).encode()).payload) == index
    entry = index.entries[driver.type]
    assert entry.model is not None
    assert (entry.model.package_arn, entry.model.key.split("/")[0]) == (arn, driver.type)
    plain = {}
    for file in entry.model.files:
        stored = send("GET", answer["links"][file.sha256])
        assert stored.status == 200
        assert "content-encoding" not in stored.headers
        rest = send("GET", answer["links"][file.sha256], {"Range": "bytes=2-"})
        assert (rest.status, rest.body) == (206, stored.body[2:])
        plain[file.path] = zlib.decompress(stored.body, wbits=-15)
    with zipfile.ZipFile(io.BytesIO(make_zip("one"))) as archive:
        assert plain == {name: archive.read(name) for name in archive.namelist()}
    held = user.call(("GET", f"{asked}&have={driver.type}:{entry.sequence}")).json()
    assert (held["index"], held["links"], held["next"]) == (answer["index"], {}, None)
    assert user.call(("GET", "/models?have=all")).status == 400
