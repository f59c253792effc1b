"""Turns what Terraform prints on failure into one line that says what to do."""

from __future__ import annotations

import re

_BLOCK = re.compile(r"^Error: (.+?)(?=^Error: |^Warning: |\Z)", re.MULTILINE | re.DOTALL)
_FRAME = re.compile(r"^[╷│╵]\s?", re.MULTILINE)
_LOCK_ID = re.compile(r"\bID:\s+(\S+)")
_LOCK_OWNER = re.compile(r"\bWho:\s+(\S+)")
_PLACE = re.compile(r"\s+(with \S+,|on \S+ line \d+).*?(?=\n\n|\Z)", re.DOTALL)
LONGEST = 600

REMEDIES = (
    ("No valid credential sources found", "set AWS_PROFILE, or load build/local.env"),
    ("ExpiredToken", "sign in to AWS again"),
    ("connection refused", "start `make local` again and load build/local.env"),
    ("Backend initialization required", "run `make deploy BACKEND_CONFIG=backend.hcl` first"),
    # -migrate-state, which Terraform names as well, would copy one stack's state over another's.
    (
        "Backend configuration changed",
        "to act on the state of this backend, run `terraform init -reconfigure "
        "-backend-config=backend.hcl` once with the file that you give as BACKEND_CONFIG",
    ),
    (
        "ask approval for state migration",
        "to move the local state there, run `terraform init -migrate-state "
        "-backend-config=backend.hcl` once",
    ),
    ("BucketNotEmpty", "run `make deploy` with force_destroy=true, or empty the bucket"),
    (
        "still contains Model Packages",
        "run `make destroy ADOPT=1`, or put the model into models.yaml",
    ),
    ("AccessDenied", "use credentials that may do this"),
    ("Saved plan is stale", "somebody else changed the stack meanwhile: run the command again"),
    (
        "<value for var.",
        "in VARS, a list or map needs quotes within quotes, such as "
        """VARS="-var 'allowed_origins=[\\"https://example.org\\"]'\"""",
    ),
    ("No value for required variable", "give it in VARS or TFVARS"),
)


def one_line(printed: str) -> str:
    """The first error in one line, its remedy where one is known, and how many more there are.

    Args:
        printed: what Terraform wrote, with or without its frame of lines.
    """
    text = _FRAME.sub("", printed)
    if "Error acquiring the state lock" in text:
        return _locked(text)
    blocks = [match.group(1) for match in _BLOCK.finditer(text)]
    if not blocks:
        return _joined(text)[-LONGEST:]
    first = _joined(_PLACE.sub("", blocks[0]))[:LONGEST]
    remedy = next((advice for sign, advice in REMEDIES if sign in text), None)
    more = f" ({len(blocks) - 1} more)" if len(blocks) > 1 else ""
    return f"{first}{more}" + (f"; {remedy}" if remedy else "")


def _locked(text: str) -> str:
    identifier, owner = _LOCK_ID.search(text), _LOCK_OWNER.search(text)
    who = owner.group(1) if owner else "somebody"
    if identifier is None:
        return f"the state is locked by {who}: wait for that run to end"
    return (
        f"the state is locked by {who}: wait for that run to end; if it was killed, run "
        f"`terraform force-unlock {identifier.group(1)}`"
    )


def _joined(text: str) -> str:
    return " ".join(text.split())
