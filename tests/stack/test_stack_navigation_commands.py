"""The commands act on the stack that the shell points to, without an initialised root."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

from navigation_model.packer.light import pack_light_release
from tests.stack.api_driver import sign_in
from tests.stack.cut_off_runs import CommandLine
from tests.stack.navigation_driver import NavigationDriver
from vis_assis.journeys.navigation_path import png
from vis_assis.local.local_stack import LocalStack


def test_publish_status_and_rollback(
    navigation: NavigationDriver, commands: CommandLine, tmp_path: Path
) -> None:
    old = next(row.release for row in navigation.releases() if row.state == "serving")
    label, new = navigation.label(), uuid.uuid4().hex[:8]
    archive = pack_light_release(tmp_path / "model.tar.gz", new).path
    printed = commands.run("navigation", "publish", str(archive))
    assert f"Uploaded s3://{navigation.bucket}/paligemma/model.tar.gz" in printed
    navigation.wait_until_serves(new)
    navigation.wait_until_idle()
    assert re.search(rf"{old}.*superseded", commands.run("navigation", "status"))
    assert old in commands.run("navigation", "rollback", old)
    navigation.wait_until_serves(label)
    refused = commands.fail("navigation", "rollback", "nonsense")
    assert refused.startswith("navigation rollback failed: release 'nonsense' is not in s3://")


def test_ask(navigation: NavigationDriver, commands: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "way.png").write_bytes(png(30, 20))
    printed = commands.run(
        "navigation", "ask", str(tmp_path / "way.png"), "Is it wide?", "Is it high?"
    )
    assert [line.partition("? ")[0] for line in printed.splitlines()] == [
        "Is it wide",
        "Is it high",
    ]
    (tmp_path / "way.png").write_bytes(b"no picture")
    assert "navigation ask failed: " in commands.fail(
        "navigation", "ask", str(tmp_path / "way.png"), "?"
    )


def test_a_user_of_the_local_cloud_gets_a_password(
    commands: CommandLine, stack: LocalStack
) -> None:
    printed = commands.run("user", "add", "new@example.org")
    password = printed.strip().rsplit(" ", 1)[1]
    client_id = stack.outputs["user_pool_client_id"]
    assert sign_in(stack.client("cognito-idp"), client_id, "new@example.org", password)["IdToken"]
    assert "'nobody' is no e-mail address" in commands.fail("user", "add", "nobody")


def test_the_front_ends_settings_are_written(
    commands: CommandLine, stack: LocalStack, tmp_path: Path
) -> None:
    commands.run("env-local", "--file", str(tmp_path / ".env.local"))
    written = (tmp_path / ".env.local").read_text()
    assert f"NEXT_PUBLIC_API_GATEWAY_ENDPOINT={stack.outputs['api_url']}\n" in written
