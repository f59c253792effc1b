"""Who handed an object over, and when: what LastModified and copied tags do not tell."""

from __future__ import annotations

import pytest

from promote_model.errors import ArtifactMissing, InvalidPackage
from tests.unit.fakes.promotion_world import GROUP, OUTPUT, PRODUCTION, TYPE, World


@pytest.fixture
def world() -> World:
    """v1 is approved and shown."""
    world = World()
    world.approve(world.register())
    world.run()
    return world


def test_an_upload_in_parts_that_ends_after_an_approval_wins(world: World) -> None:
    world.approve(world.register())
    world.run()
    world.upload(name="mine.zip", took=30)
    assert world.run().action == "keep_manual"
    assert world.run().action == "keep_manual", "the next look must not go by its LastModified"
    assert world.shown() == {"mine.zip": b"by hand"}
    world.approve(world.register())
    world.run()
    assert world.shown() == {"model.zip": b"package 3"}


def test_an_upload_in_parts_wins_over_the_upload_before_it(world: World) -> None:
    world.upload(b"first", "a.zip")
    world.run()
    world.upload(b"second", "b.zip", took=30)
    world.run()
    assert world.shown() == {"b.zip": b"second"}


def test_an_upload_in_parts_that_began_before_an_approval_first_seen_with_it_loses() -> None:
    """Nothing tells whether it ended before or after: what is known of it is older."""
    world = World()
    world.upload(name="mine.zip", took=30)
    world.approve(world.register())
    world.run()
    assert world.shown() == {"model.zip": b"package 1"}


def test_an_older_version_that_was_brought_back_by_copy_stays(world: World) -> None:
    first = world.versions()[0]
    world.approve(world.register())
    world.run()
    world.copy(first)
    assert world.run().action == "keep_manual"
    world.run()
    assert world.shown() == {"model.zip": b"package 1"}
    world.approve(world.register())
    world.run()
    assert world.shown() == {"model.zip": b"package 3"}


def test_a_version_that_was_brought_back_goes_when_it_is_rejected(world: World) -> None:
    first = world.versions()[0]
    world.approve(world.register())
    world.run()
    world.copy(first, "old.zip")
    world.run()
    world.run(world.reject(1))
    assert world.shown() == {"model.zip": b"package 2"}


def test_a_model_copied_from_another_stack_counts_as_an_upload(world: World) -> None:
    foreign = world.versions()[0]
    foreign.tags["model-package-arn"] = foreign.tags["model-package-arn"].replace(
        "123456789012", "210987654321"
    )
    world.copy(foreign, "theirs.zip")
    assert world.run().action == "keep_manual"
    world.run(world.reject(1))
    assert world.shown() == {"theirs.zip": b"package 1"}


def test_the_shown_version_copied_onto_itself_is_still_withdrawn(world: World) -> None:
    """As the console does to change an object's metadata or encryption."""
    world.copy(world.versions()[0])
    assert world.run().action == "keep"
    world.run(world.reject(1))
    assert world.shown() == {}


def test_a_promoted_version_that_lost_its_tags_is_still_withdrawn(world: World) -> None:
    """A batch job or a person may replace them; the record knows who put the object there."""
    world.versions()[0].tags.clear()
    assert world.run().action == "keep"
    world.run(world.reject(1))
    assert world.shown() == {}


def test_of_two_new_uploads_in_parts_the_one_that_began_later_stays(world: World) -> None:
    world.approve(world.register())
    world.run()
    world.upload(b"older", "z.zip", took=60)
    world.upload(b"newer", "a.zip", took=30)
    world.run()
    assert world.shown() == {"a.zip": b"newer"}


def test_an_upload_that_a_promotion_overtook_wins_all_the_same(world: World) -> None:
    world.approve(world.register())
    world.run()
    event = world.upload(took=30, overtaken=True)
    assert world.shown() == {"model.zip": b"package 2"}, "S3 shows what began last"
    assert world.run(event).action == "keep_manual"
    copies = world.copies()
    assert world.run(event).action == "keep_manual"
    assert world.copies() == copies, "once is enough"
    assert world.shown() == {"model.zip": b"by hand"}
    world.approve(world.register())
    world.run(event)
    assert world.shown() == {"model.zip": b"package 3"}, "a late event of it changes nothing"


@pytest.mark.parametrize("status", ["Approved", "Rejected"])
def test_an_upload_that_ended_in_the_second_of_a_promotion_wins(status: str) -> None:
    world = World(tick=0)
    world.approve(world.register())
    world.run()
    if status == "Rejected":
        world.run(world.reject(1))
    event = world.upload(took=30, overtaken=True)
    for _ in range(2):
        assert world.run(event).action == "keep_manual"
        assert world.shown() == {"model.zip": b"by hand"}
    assert world.copies() == 2, "the promotion's and one that brings the upload forward"


def test_an_upload_that_a_withdrawal_overtook_is_shown(world: World) -> None:
    world.run(world.reject(1))
    world.run(world.upload(took=30, overtaken=True))
    assert world.shown() == {"model.zip": b"by hand"}


def test_an_upload_that_its_owner_took_back_stays_away(world: World) -> None:
    world.run(world.reject(1))
    event = world.upload(took=30)
    world.remove()
    world.run(event)
    assert world.shown() == {}


def test_between_uploads_the_order_of_s3_holds(world: World) -> None:
    world.upload(b"in one piece")
    world.run(world.upload(b"in parts", took=30, overtaken=True))
    assert world.shown() == {"model.zip": b"in one piece"}


def test_an_overtaken_upload_that_is_gone_for_good_is_left_alone(world: World) -> None:
    event = world.upload(took=30, overtaken=True)
    version = event["detail"]["object"]["version-id"]
    world.s3.delete_object(Bucket=PRODUCTION, Key=f"{TYPE}/model.zip", VersionId=version)
    assert world.run(event).action == "keep"


def test_without_a_record_what_carries_our_tags_is_ours(world: World) -> None:
    world.s3.delete_object(Bucket="production", Key=f"promotions/{TYPE}.json")
    assert world.run().action == "keep"
    world.run(world.reject(1))
    assert world.shown() == {}


def test_without_a_record_a_run_that_breaks_off_makes_no_upload_of_it(world: World) -> None:
    world.s3.delete_object(Bucket="production", Key=f"promotions/{TYPE}.json")
    world.approve(world.register(name="new.zip"))
    world.s3.delete_object(Bucket=OUTPUT, Key=f"pipelines/{TYPE}/run-2/new.zip")
    with pytest.raises(ArtifactMissing):
        world.run()
    world.reject(2)
    assert world.run().action == "keep"
    assert world.record()["showing"]["version"] == 1


def test_a_rejected_version_goes_although_the_next_one_cannot_be_delivered(world: World) -> None:
    world.approve(world.register(name="new.zip"))
    world.s3.delete_object(Bucket=OUTPUT, Key=f"pipelines/{TYPE}/run-2/new.zip")
    with pytest.raises(ArtifactMissing):
        world.run()
    assert world.shown() == {"model.zip": b"package 1"}, "the old model stays in service"
    with pytest.raises(ArtifactMissing):
        world.run(world.reject(1))
    assert world.shown() == {}


def test_a_withdrawal_that_fails_hides_not_why_the_next_one_cannot_be_delivered(
    world: World,
) -> None:
    world.approve(world.register(name="new.zip"))
    world.s3.delete_object(Bucket=OUTPUT, Key=f"pipelines/{TYPE}/run-2/new.zip")
    world.s3.inject("DeleteObject", "SlowDown")
    with pytest.raises(ArtifactMissing) as caught:
        world.run(world.reject(1))
    assert "could not be withdrawn" in caught.value.__notes__[0]
    with pytest.raises(ArtifactMissing):
        world.run()
    assert world.shown() == {}


def test_a_rejected_version_goes_although_the_next_one_names_no_artifact(world: World) -> None:
    version = world.register()
    world.registry.packages[GROUP][version]["InferenceSpecification"]["Containers"].clear()
    world.approve(version)
    with pytest.raises(InvalidPackage):
        world.run(world.reject(1))
    assert world.shown() == {}
