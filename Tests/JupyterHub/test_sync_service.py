"""The service of `diycloud-bridge sync-users`, as the hub's configuration makes it from a token file."""

import pytest
from jupyterhub.scopes import scope_definitions

from diycloud_jupyterhub.settling import SCOPE
from diycloud_jupyterhub.sync_service import SyncService

TOKEN = "k" * 64


@pytest.fixture
def token_file(tmp_path):
    def make(text: str, mode: int = 0o600) -> str:
        path = tmp_path / "jupyterhub-api.token"
        path.write_text(text)
        path.chmod(mode)
        return str(path)

    return make


def test_a_good_token_makes_a_service_with_a_role_of_its_own(token_file):
    service = SyncService.read(token_file(TOKEN + "\n"))
    assert service.entry["api_token"] == TOKEN
    assert "admin" not in service.entry
    assert service.role["services"] == [service.entry["name"]]
    assert SCOPE in service.role["scopes"]
    assert SCOPE in scope_definitions
    assert TOKEN not in repr(service)


@pytest.mark.parametrize("text", ["", "short", "k" * 65, "k " * 20, "é" * 40, "k" * 5000])
def test_a_token_that_the_hub_could_not_use_is_left_out(token_file, text):

    assert SyncService.read(token_file(text)) is None


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o620])
def test_a_token_that_others_can_read_or_change_is_left_out(token_file, mode):
    assert SyncService.read(token_file(TOKEN, mode)) is None


def test_without_the_file_there_is_no_service(tmp_path):
    assert SyncService.read(str(tmp_path / "none")) is None
