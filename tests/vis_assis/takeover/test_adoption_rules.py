"""Every type of resource in the configuration has a rule for what a cut-off run leaves of it."""

from __future__ import annotations

import re
from typing import Any

from local_cloud import LocalCloud
from vis_assis.aws.cloud import Cloud
from vis_assis.build.environments import ROOT
from vis_assis.takeover.finders import FINDERS, GO_WITH_PARENT

RESOURCE = re.compile(r'^resource "(\w+)"', re.MULTILINE)


def configured_types() -> set[str]:
    files = [*ROOT.glob("*.tf"), *(ROOT / "modules").rglob("*.tf")]
    return {kind for file in files for kind in RESOURCE.findall(file.read_text())}


def test_every_type_has_one_rule() -> None:
    types = configured_types()
    assert len(types) > 20
    missing = types - set(FINDERS) - set(GO_WITH_PARENT)
    assert not missing, f"add {', '.join(sorted(missing))} to vis_assis/takeover/finders.py"
    assert not set(FINDERS) & set(GO_WITH_PARENT)


def test_a_key_is_found_until_it_waits_for_its_deletion(
    cloud: LocalCloud, client: Any, unique: str
) -> None:
    """It has no name: the description says which one it is, the tag whose."""
    kms, account = client("kms"), Cloud(cloud.environment())
    tags = [{"TagKey": "project", "TagValue": unique}]
    key = kms.create_key(Description=unique, Tags=tags)["KeyMetadata"]["KeyId"]
    kms.create_key(Description=unique)
    kms.create_key(Description="another", Tags=tags)
    planned = {"description": unique, "tags_all": {"project": unique}}
    assert FINDERS["aws_kms_key"].find(account, planned) == key
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert FINDERS["aws_kms_key"].find(account, planned) is None
    kms.cancel_key_deletion(KeyId=key)
    assert FINDERS["aws_kms_key"].find(account, planned) == key
