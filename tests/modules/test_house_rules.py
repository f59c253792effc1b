"""The Terraform house rules, checked on the sources."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable

import pytest

from tests.modules.terraform_sources import (
    Block,
    all_blocks,
    blocks,
    module_dirs,
    parsed,
    terraform_files,
)
from tests.modules.terraform_statements import actions
from vis_assis.build.environments import ROOT

SENTENCE = re.compile(r"^[A-Z`][^\n]*[^.\s]\.$")
TYPES_OF_ANYTHING = re.compile(r"\bany\b")
EVERY_RESOURCE = re.compile(r"""(?i)\bresources?\s*=\s*\[?\s*"\*\"""")
# Of the resource types used here, what the upgrade guide changes:
# https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/version-6-upgrade
GONE_IN_VERSION_6 = (
    r"data\.aws_region\.\w+\.name",  # deprecated; id is in both versions
    r"\blog_group_name\s*=\s*aws_",  # of aws_flow_log; log_destination is in both
    r"aws_s3_bucket\.\w+(\[[^]]*\])?\.region",  # is the argument now, not where the bucket is
)
PASSED_THROUGH = {"alarms", "force_destroy", "name_prefix", "stack"}


def is_one_sentence(text: str) -> bool:
    return bool(SENTENCE.match(text)) and ". " not in text


def offenders(blocks: Iterable[Block], holds: Callable[[Block], bool]) -> list[str]:
    """The blocks for which a rule does not hold."""
    return [str(block) for block in blocks if not holds(block)]


def files_with(pattern: str, without: str = "") -> list[str]:
    """What a regular expression finds in the Terraform files."""
    return [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in terraform_files()
        for found in re.finditer(
            pattern, path.read_text(encoding="utf-8").replace(without or "\0", "")
        )
    ]


@pytest.mark.parametrize("kind", ["variable", "output"])
def test_each_is_described_in_one_sentence_that_ends_with_a_full_stop(kind: str) -> None:
    rule = offenders(all_blocks(kind), lambda block: is_one_sentence(block.text("description")))
    assert rule == []


def test_a_variable_has_a_type_that_says_something() -> None:
    def says_something(variable: Block) -> bool:
        return bool(variable.text("type")) and not TYPES_OF_ANYTHING.search(variable.text("type"))

    assert offenders(all_blocks("variable"), says_something) == []


def test_a_variable_is_nullable_only_when_null_is_its_default() -> None:
    def agrees(variable: Block) -> bool:
        null_by_default = variable.attributes.get("default", "required") in (None, "null")
        return bool(variable.attributes.get("nullable", True) == null_by_default)

    assert offenders(all_blocks("variable"), agrees) == [], "set nullable = false"


@pytest.mark.parametrize("kind", ["variable", "output"])
def test_blocks_are_in_their_files_in_alphabetical_order(kind: str) -> None:
    for module in module_dirs():
        for path in module.glob(f"{kind}s*.tf"):
            names = [block.name for block in blocks(path, kind)]
            assert names == sorted(names), path
        holders = {path.name for path in module.glob("*.tf") if kind in parsed(path)}
        assert {n for n in holders if not re.fullmatch(f"{kind}s(_[a-z_]+)?.tf", n)} == set()
        # What a module only does has no output, but something is always asked of it.
        assert f"{kind}s.tf" in holders or (kind == "output" and not holders), module


def test_a_module_is_named_in_snake_case_and_leaves_the_choice_of_a_provider_to_the_root() -> None:
    version = re.compile(r"^\s*(required_)?version\s*=", re.MULTILINE)
    for module in module_dirs():
        assert module == ROOT or re.fullmatch(r"[a-z]+(_[a-z]+)*", module.name)
        chosen = [path.name for path in module.glob("*.tf") if version.search(path.read_text())]
        assert chosen == (["versions.tf"] if module == ROOT else []), module


def test_nothing_is_read_that_version_6_of_the_provider_lacks_or_deprecates() -> None:
    assert [found for gone in GONE_IN_VERSION_6 for found in files_with(gone)] == []


def test_the_same_variable_has_the_same_type_and_description_everywhere() -> None:
    types: dict[str, set[str]] = defaultdict(set)
    descriptions: dict[str, set[str]] = defaultdict(set)
    for variable in all_blocks("variable"):
        if variable.name in PASSED_THROUGH:
            types[variable.name].add(variable.text("type"))
            descriptions[variable.name].add(variable.text("description"))
    assert set(types) == PASSED_THROUGH
    assert {name: found for name, found in types.items() if len(found) > 1} == {}
    assert {name: found for name, found in descriptions.items() if len(found) > 1} == {}


def test_a_file_stays_below_two_hundred_lines() -> None:
    # Where one looks a variable up: in alphabetical order, however many there are.
    lengths = {path: path.read_text("utf-8").count("\n") for path in terraform_files()}
    assert [p for p, lines in lengths.items() if lines >= 200 and p != ROOT / "variables.tf"] == []


def test_a_statement_on_every_resource_says_why() -> None:
    unexplained = [
        f"{path}:{number}"
        for path in terraform_files()
        for lines in [path.read_text(encoding="utf-8").splitlines()]
        for number, line in enumerate(lines, 1)
        if EVERY_RESOURCE.search(line) and not lines[number - 2].lstrip().startswith("#")
    ]
    assert unexplained == [], "write the reason in a comment above, or name the resource"


def test_an_action_is_named_in_full_except_when_denied() -> None:
    assert [
        f"{path}:{entry.line}"
        for path in terraform_files()
        for entry in actions(path.read_text(encoding="utf-8"))
        if entry.is_wildcard_grant
    ] == []


def test_the_statements_of_the_modules_are_found() -> None:
    found = [entry for path in terraform_files() for entry in actions(path.read_text("utf-8"))]
    assert sum(entry.is_denied and entry.texts == ("s3:*",) for entry in found) == 2
    assert any("s3:GetObjectVersion" in entry.texts for entry in found)


@pytest.mark.parametrize(
    ("source", "wildcards"),
    [
        ('a = { Effect = "Allow", Action = "s3:*" }', 1),
        ('a = { Effect = "Allow", "Action" = ["s3:GetObject", "s3:Get*"] }', 1),
        ('a = { Action = [\n  "s3:*",\n], Effect = "Allow" }', 1),
        ('a = jsonencode(concat([{ Action = "*" }], []))', 1),
        ('a = [for s in x : { Effect = "Allow", Action = "${s}:*" }]', 1),
        ('a = { Effect = "Allow", NotAction = "s3:GetObject" }', 1),
        ('a = { Effect = x ? "Allow" : "Deny", Action = "s3:*" }', 1),
        ('a = [{ Effect = "Deny", Action = "s3:*" }, { Effect = "Allow", Action = "s3:*" }]', 1),
        ('data "d" "d" {\n  statement {\n    actions = [\n      "s3:*"\n    ]\n  }\n}', 1),
        ('data "d" "d" {\n  statement {\n    not_actions = ["s3:Get"]\n  }\n}', 1),
        ('a = { Effect = "Deny", Action = "s3:*" }', 0),
        ('a = { Effect = "Deny", NotAction = ["s3:Get*"] }', 0),
        ('a = { Effect = "Allow", Action = "s3:GetObject", Resource = "*" }', 0),
        ('data "d" "d" {\n  statement {\n    effect = "Deny"\n    actions = ["s3:*"]\n  }\n}', 0),
        ('alarm_actions = ["*"]', 0),
    ],
)
def test_a_wildcard_is_found_wherever_it_is_written(source: str, wildcards: int) -> None:
    assert sum(entry.is_wildcard_grant for entry in actions(f"{source}\n")) == wildcards


def test_a_module_configures_no_provider_and_no_backend() -> None:
    for path in terraform_files():
        assert path.parent == ROOT or "provider" not in parsed(path), path
        assert not any("backend" in block for block in parsed(path).get("terraform", [])), path


def test_the_code_does_not_know_which_cloud_it_runs_on() -> None:
    # A front end under development is a browser origin, not a cloud.
    of_a_cloud = r"\b(endpoints\s*{|skip_\w+\s*=|s3_use_path_style|localhost|127\.0)"
    assert files_with(of_a_cloud, without='"http://localhost:3000"') == []


def test_no_path_depends_on_the_clone() -> None:
    assert files_with(r"abspath|path\.(cwd|root)\b|timestamp\(|uuid\(") == []


def test_what_checkov_is_told_to_skip_is_bounded_and_has_a_reason() -> None:
    told = [
        skip
        for path in terraform_files()
        for skip in re.findall(r"#checkov:skip=(\w+):(.*)", path.read_text(encoding="utf-8"))
    ]
    assert {check for check, _ in told} == {
        "CKV_AWS_115",  # no concurrency of a function's own
        "CKV_AWS_116",  # no dead-letter queue of a function's own
        "CKV_AWS_117",  # functions outside a VPC
        "CKV_AWS_144",  # no replication
        "CKV_AWS_145",  # no key of ours for buckets
        "CKV_AWS_158",  # nor for logs
        "CKV_AWS_173",  # nor for the functions' environments
        "CKV_AWS_187",  # nor for Studio
        "CKV_AWS_26",  # nor for the topic
        "CKV_AWS_272",  # no code signing
        "CKV_AWS_338",  # logs that are kept for less than a year
        "CKV_AWS_394",  # availability zones by order
    }
    assert [reason for _, reason in told if not is_one_sentence(reason)] == []
    assert len(told) <= 17
