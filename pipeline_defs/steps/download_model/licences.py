"""May this model be delivered under its licences?"""

import json
import re
import unicodedata
from collections.abc import Collection, Sequence

from .errors import StepError

ALL_OF = " AND "
"""Between licences that all apply, as in SPDX expressions."""

MAX_NAME_LENGTH = 200

_METADATA_SIGNS = frozenset("_.:/=+-@")


def check_allowed(
    model_type: str, licences: Sequence[str], *, allowed: Collection[str], accepted: bool
) -> None:
    """Refuse a licence outside `allowed` unless the catalogue `accepted` all explicitly.

    Raises:
        StepError: names the model, the licences and both ways to allow them.
    """
    known = {name.casefold() for name in allowed}
    others = ", ".join(name for name in licences if name.casefold() not in known)
    if accepted or not others:
        return
    raise StepError(
        f"{model_type}: licence {others} is not among the allowed ones "
        f"({', '.join(allowed) or 'none'}). To deliver it, add {others} to the Terraform variable "
        f"`allowed_licences`, or set `accept_licence: true` for {model_type} in models.yaml."
    )


def check_stated(
    model_type: str, licences: Sequence[str], *, stated: Collection[str], repository: str
) -> None:
    """Refuse a repository that states other licences than the catalogue.

    Many conversions state none: then the catalogue's word stands. The hub spells names in lower
    case ("apache-2.0"), the catalogue as SPDX does.

    Args:
        stated: names as `plain_name` spells them.

    Raises:
        StepError: names the model and both sides' licences.
    """
    folded = {name.casefold() for name in stated}
    if not folded or folded == {name.casefold() for name in licences}:
        return
    names = sorted(stated)
    written = json.dumps(names if len(names) > 1 else names[0], ensure_ascii=False)
    raise StepError(
        f"{model_type}: {repository} states the licence {', '.join(names)}, models.yaml says "
        f"{', '.join(licences)}. Read the repository's terms, then write `licence: {written}` in "
        "models.yaml; one outside the Terraform variable `allowed_licences` needs "
        "`accept_licence: true`."
    )


def plain_name(stated: str) -> str:
    """A licence's name in the characters that a version's metadata takes, "" if it has none.

    Every other character becomes a hyphen: "Foo (v1)" is "Foo -v1".
    """
    signs = (
        sign
        if unicodedata.category(sign)[0] in "LN" or sign in _METADATA_SIGNS
        else " "
        if sign.isspace()
        else "-"
        for sign in unicodedata.normalize("NFC", stated)
    )
    name = re.sub(r"\s+", " ", "".join(signs))[:MAX_NAME_LENGTH]
    return re.sub(r"^[\W_]+", "", name).rstrip(" -")
