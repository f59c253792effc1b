"""A half-written state file, and the journal of a run that was killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from vis_assis.takeover.journal import cut_off, under_way
from vis_assis.terraform.state_file import mend

SOUND = '{"version": 4, "serial": 7}'


def test_a_sound_or_missing_state_is_left_alone(tmp_path: Path) -> None:
    state = tmp_path / "terraform.tfstate"
    assert mend(state) is None
    state.touch()
    assert mend(state) is None, "Terraform begins with an empty file"
    state.write_text(SOUND)
    assert mend(state) is None
    assert state.read_text() == SOUND


@pytest.mark.parametrize("damaged", ["", SOUND[:15], "[]"])
def test_a_damaged_state_goes_back_to_its_backup(tmp_path: Path, damaged: str) -> None:
    state = tmp_path / "terraform.tfstate"
    state.write_text(damaged)
    (tmp_path / "terraform.tfstate.backup").write_text(SOUND)
    assert "its backup is used" in str(mend(state))
    assert state.read_text() == SOUND
    (aside,) = tmp_path.glob("terraform.tfstate.damaged-*")
    assert aside.read_text() == damaged


def test_without_a_sound_backup_the_state_begins_empty(tmp_path: Path) -> None:
    state = tmp_path / "terraform.tfstate"
    state.write_text(SOUND[:9])
    (tmp_path / "terraform.tfstate.backup").write_text("{")
    assert "starting without it" in str(mend(state))
    assert not state.exists()


def test_the_journal_tells_of_a_run_that_did_not_end(tmp_path: Path) -> None:
    journal = tmp_path / "data" / "unfinished"
    with under_way(journal, "deploy"):
        assert str(cut_off(journal)).startswith("deploy begun ")
    assert cut_off(journal) is None
    with pytest.raises(OSError, match="boom"), under_way(journal, "destroy"):
        raise OSError("boom")
    assert str(cut_off(journal)).startswith("destroy begun ")


class Kept:
    """Holds the text of a journal's copy, or nothing."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def read(self) -> str | None:
        return self.texts[-1] if self.texts else None

    def write(self, text: str) -> None:
        self.texts = [text]

    def remove(self) -> None:
        self.texts = []


def test_the_journals_copy_lives_as_long_as_the_journal(tmp_path: Path) -> None:
    journal, copy = tmp_path / "unfinished", Kept()
    with under_way(journal, "deploy", copy):
        assert copy.texts == [journal.read_text()]
    assert copy.texts == []
    with pytest.raises(OSError, match="boom"), under_way(journal, "deploy", copy):
        raise OSError("boom")
    assert copy.texts == [journal.read_text()]
    on_the_next_machine = tmp_path / "new" / "unfinished"
    assert cut_off(on_the_next_machine) is None
    assert cut_off(on_the_next_machine, copy) == cut_off(journal)
