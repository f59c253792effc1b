"""May this model be delivered under its licence?"""

from collections.abc import Collection

from .errors import StepError


def check_allowed(
    model_type: str, licence: str, *, allowed: Collection[str], accepted: bool
) -> None:
    """Refuse a licence outside `allowed` unless the catalogue `accepted` it explicitly.

    Raises:
        StepError: names the model, the licence and both ways to allow it.
    """
    if accepted or licence.casefold() in {name.casefold() for name in allowed}:
        return
    raise StepError(
        f"{model_type}: licence {licence} is not among the allowed ones "
        f"({', '.join(allowed) or 'none'}). To deliver it, add {licence} to the Terraform variable "
        f"`allowed_licences`, or set `accept_licence: true` for {model_type} in models.yaml."
    )


def check_stated(
    model_type: str, licence: str, *, stated: Collection[str], repository: str
) -> None:
    """Refuse a repository that states another licence than the catalogue.

    Many conversions state none: then the catalogue's word stands. The hub spells names in lower
    case ("apache-2.0"), the catalogue as SPDX does.

    Raises:
        StepError: names the model and both licences.
    """
    if all(name.casefold() == licence.casefold() for name in stated):
        return
    raise StepError(
        f"{model_type}: {repository} states the licence {', '.join(sorted(stated))}, models.yaml "
        f"says {licence}. Read the repository's terms, then correct `licence` in models.yaml; one "
        f"outside the Terraform variable `allowed_licences` needs `accept_licence: true`."
    )
