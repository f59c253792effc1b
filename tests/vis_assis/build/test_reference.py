"""docs/reference.md shows defaults and descriptions as Terraform writes them."""

from pathlib import Path

from vis_assis.build import reference


def test_defaults_are_in_terraform_syntax(tmp_path: Path) -> None:
    (tmp_path / "modules").mkdir()
    (tmp_path / "variables.tf").write_text(
        """
        variable "a_list" {
          description = "A list."
          default     = ["one", "two"]
        }
        variable "an_object" {
          description = "Such as { zone = \\"UTC\\" }."
          default     = { size = 1, on = true }
        }
        variable "nothing" {
          description = "None."
          default     = null
        }
        variable "required" {
          description = "No default."
        }
        """
    )
    rows = [line for line in reference.render(tmp_path).splitlines() if line.startswith("| `")]
    assert rows == [
        '| `a_list` | `["one", "two"]` | A list. |',
        '| `an_object` | `{ size = 1, on = true }` | Such as { zone = "UTC" }. |',
        "| `nothing` | `null` | None. |",
        "| `required` | required | No default. |",
    ]
