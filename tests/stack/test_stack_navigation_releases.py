"""Releases are immutable, kept for going back, and applied without losing what scaling reached."""

from __future__ import annotations

from tests.stack.navigation_driver import NavigationDriver


def test_an_instance_added_later_loads_the_same_release(navigation: NavigationDriver) -> None:
    label = navigation.label()
    navigation.upload_bytes(b"what a naive model would load now")
    navigation.wait_until_idle()
    navigation.scale(2)
    assert navigation.instances() == 2
    assert {navigation.label() for _ in range(6)} == {label}
    navigation.serve_new()
    assert navigation.instances() == 2, "an update keeps the count"
    (variant,) = navigation.describe()["ProductionVariants"]
    assert variant["DesiredInstanceCount"] == 2
    navigation.scale(1)


def test_going_back_uses_the_model_and_config_that_are_there(navigation: NavigationDriver) -> None:
    first, label = navigation.serve_new(), navigation.label()
    config = navigation.config()["EndpointConfigName"]
    navigation.serve_new()
    made = navigation.calls("CreateModel"), navigation.calls("CreateEndpointConfig")
    navigation.roll_back(first.release)
    assert navigation.wait_until_serves(label).release == first.release
    assert navigation.describe()["EndpointConfigName"] == config
    assert (navigation.calls("CreateModel"), navigation.calls("CreateEndpointConfig")) == made


def test_only_the_last_three_releases_are_kept(navigation: NavigationDriver) -> None:
    for _ in range(3):
        serving = navigation.serve_new()
    navigation.wait_until_at_rest()
    navigation.sweep()
    kept = {row.release for row in navigation.releases() if row.available}
    assert len(kept) == 3
    assert serving.release in kept
    assert len(navigation.models()) == 3


def test_a_changed_setting_reaches_the_endpoint(navigation: NavigationDriver) -> None:
    """The function's environment is what Terraform changes when a variable does."""
    navigation.serve_new()
    label = navigation.label()
    variables = navigation.variables()
    changed = variables | {"INSTANCE_TYPE": "ml.g6.xlarge", "DATA_CAPTURE_PERCENTAGE": "50"}
    try:
        navigation.configure(changed)
        navigation.sweep()
        navigation.wait_until_serves(label)
        config = navigation.config()
        assert config["ProductionVariants"][0]["InstanceType"] == "ml.g6.xlarge"
        assert config["DataCaptureConfig"]["InitialSamplingPercentage"] == 50
        shown = navigation.describe()["DataCaptureConfig"]
        assert shown["CurrentSamplingPercentage"] == 50
    finally:
        navigation.configure(variables)
        navigation.sweep()
        navigation.wait_until_at_rest()


def test_the_permissions_of_functions_and_endpoint_are_enough(navigation: NavigationDriver) -> None:
    navigation.serve_new()
    navigation.ask()
    for role, calls in navigation.calls_by_role().items():
        assert calls, f"{role} called nothing, so this would prove nothing"
        assert [call for call in calls if not call["allowed"]] == []
