"""What the written pages show of Terraform files and of the facts about AWS."""

from pathlib import Path

from vis_assis.build import facts_page, reference


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


def test_facts_show_source_and_difference_and_beliefs_their_check() -> None:
    page = facts_page.render()
    row = next(line for line in page.splitlines() if "CopyObject onto itself is refused" in line)
    assert "| 400 InvalidRequest |" in row
    assert "**The local cloud answers 200:**" in row
    assert "services/s3/test_s3.py) | 2026-02-21 |" in row
    belief = next(line for line in page.splitlines() if "RegisterModel step takes Model" in line)
    assert "| `registration` |" in belief
