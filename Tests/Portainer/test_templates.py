"""The templates that are shipped for Portainer: their form, and that the Docker guard lets them through."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from double.small_deployer import size

SHIPPED = Path(__file__).parents[2] / "config/portainer/templates"
APPS = json.loads((SHIPPED / "templates.json").read_text())
CARDS = json.loads((SHIPPED / "custom.json").read_text())
COMPOSE_FILES = sorted(SHIPPED.glob("*.compose.yaml"))
SERVICES = [
    pytest.param(service, id=f"{file.name}: {name}")
    for file in COMPOSE_FILES
    for name, service in yaml.safe_load(file.read_text())["services"].items()
]
#: all that a service of a shipped compose file may say; the guard refuses most of what is not here
HARMLESS = {"image", "restart", "mem_limit", "cpus", "depends_on", "ports", "environment", "volumes", "command"}
MOVING = {"latest", "stable", "edge", "main", "master", "nightly", "dev", "alpine", "slim"}


def tag(image):
    return image.rpartition(":")[2]


def apps():
    return [pytest.param(app, id=app["title"]) for app in APPS["templates"]]


def test_the_list_has_the_form_that_portainer_reads():
    schema = json.loads((Path(__file__).parent / "templates.schema.json").read_text())
    jsonschema_rs.validator_for(schema).validate(APPS)


def test_numbers_titles_and_host_ports_are_used_once():
    templates = APPS["templates"]
    ports = [port.split(":")[0] for app in templates for port in app.get("ports", [])]
    for values in ([app["id"] for app in templates], [app["title"].lower() for app in templates], ports):
        assert len(values) == len(set(values))


@pytest.mark.parametrize("app", apps())
def test_an_app_is_pinned_to_a_version(app):
    assert tag(app["image"]) not in MOVING
    assert re.search(r"\d+\.\d+|\d{4}-\d{2}-\d{2}", tag(app["image"]))


@pytest.mark.parametrize("app", apps())
def test_an_app_has_limits_and_no_other_label(app):
    labels = {label["name"]: label["value"] for label in app["labels"]}
    assert set(labels) == {"org.diycloud.memory", "org.diycloud.cpus"}
    assert 32 << 20 <= size(labels["org.diycloud.memory"]) <= 2 << 30
    assert 0 < float(labels["org.diycloud.cpus"]) <= 2


@pytest.mark.parametrize("app", apps())
def test_an_app_publishes_what_its_note_says_and_nothing_below_1024(app):
    for port in app.get("ports", []):
        host = port.split(":")[0]
        assert 1024 <= int(host) <= 32767
        assert host in app["note"]


@pytest.mark.parametrize("app", apps())
def test_no_password_is_given_away(app):
    for variable in app.get("env", []):
        if re.search("PASS", variable["name"]):
            assert "default" not in variable


def test_every_card_has_its_file_and_every_file_its_card():
    assert sorted(card["file"] for card in CARDS) == [file.name for file in COMPOSE_FILES]
    assert len({card["title"].lower() for card in CARDS}) == len(CARDS)
    for card in CARDS:
        assert set(card) == {"title", "description", "note", "logo", "file"}
        assert card["description"]
        assert "<img" not in card["note"]


@pytest.mark.parametrize("file", COMPOSE_FILES, ids=lambda file: file.name)
def test_a_compose_file_has_local_volumes_only_and_names_what_it_wants(file):
    content = yaml.safe_load(file.read_text())
    assert set(content) == {"services", "volumes"}
    assert set(content["volumes"].values()) == {None}
    note = next(card["note"] for card in CARDS if card["file"] == file.name)
    for name in re.findall(r"\$\{(\w+)", file.read_text()):
        assert name in note


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_pinned_limited_and_harmless(service):
    assert set(service) <= HARMLESS
    assert re.search(r"\d+\.\d+", tag(service["image"]))
    assert size(service["mem_limit"]) <= 2 << 30
    assert 0 < service["cpus"] <= 2
    for port in service.get("ports", []):
        address, host, _ = port.split(":")
        assert address == "127.0.0.1"
        assert 1024 <= int(host) <= 32767
    for volume in service["volumes"]:
        assert re.match(r"[a-z]+:/", volume)


def test_compose_and_apps_share_no_host_port():
    apps = {port.split(":")[0] for app in APPS["templates"] for port in app.get("ports", [])}
    stacks = [port.split(":")[1] for case in SERVICES for port in case.values[0].get("ports", [])]
    assert len(stacks) == len(set(stacks))
    assert not apps & set(stacks)
