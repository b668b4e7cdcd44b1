"""Which spawner a hub gets."""

import os

import pytest

from diycloud_jupyterhub import spawner


@pytest.mark.parametrize("booted, chosen", [(True, "DIYCloudSystemdSpawner"), (False, "DIYCloudSpawner")])
def test_units_where_systemd_runs_the_host_else_processes(monkeypatch, booted, chosen):
    monkeypatch.setattr(os.path, "isdir", lambda path: booted and path == "/run/systemd/system")
    assert spawner.fitting().__name__ == chosen
    assert spawner.fitting("DIYCloudSpawner") is spawner.DIYCloudSpawner


def test_without_systemdspawner_servers_are_processes_and_asking_for_units_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(spawner, "DIYCloudSystemdSpawner", None)
    monkeypatch.setattr(os.path, "isdir", lambda path: True)
    assert spawner.fitting() is spawner.DIYCloudSpawner
    with pytest.raises(ValueError, match="install jupyterhub-systemdspawner"):
        spawner.fitting("DIYCloudSystemdSpawner")


def test_a_name_that_is_no_spawner_is_said():
    with pytest.raises(ValueError, match="there are DIYCloudSpawner, DIYCloudSystemdSpawner, DIYCloudDockerSpawner"):
        spawner.fitting("DIYCloudSpawnr")


def test_containers_are_for_who_asks_for_them_and_has_what_they_need(monkeypatch):
    assert spawner.fitting("DIYCloudDockerSpawner") is spawner.DIYCloudDockerSpawner
    monkeypatch.setattr(spawner, "DIYCloudDockerSpawner", None)
    with pytest.raises(ValueError, match="install dockerspawner"):
        spawner.fitting("DIYCloudDockerSpawner")
