"""Official clients, unchanged, against a real server: what they send is in the log, and they are content."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from regulars.events.tests import apart

CLIENTS = apart.ROOT / "tests" / "clients"
OLD = Path(sys.prefix) / "clients" / "2.3.4"
HOW = "is not here; `make clients` installs it"
ALL_KINDS = ["Alias", "Group", "Identify", "Order Completed", "Page", "Screen"]
BROWSER_KINDS = ["Identify", "Order Completed", "Page"]


@pytest.fixture(scope="module")
def house(tmp_path_factory, django_db_setup):
    """An installation with a Granian server in front, as `regulars web` starts it."""
    house = apart.fresh(tmp_path_factory.mktemp("clients") / "home")
    house.port = apart.free_port()
    command = ("-m", "granian", "--interface", "wsgi", "--port", str(house.port), "--blocking-threads", "4",
               "--no-ws", "--log-level", "warning", "regulars.config.wsgi:application")  # fmt: skip
    server = house.start(*command)
    try:
        apart.wait_for_port(house.port, server)
        yield house
    finally:
        server.terminate()
        server.wait(timeout=60)


def send_by(house, name, *command, env=None, settings=()):
    """Run a client against a source of its own; (its output, what is in the log afterwards)."""
    key = house.run("-m", "regulars.events.tests.served", "source", name, *settings).stdout.strip()
    address = f"http://127.0.0.1:{house.port}"
    filled = [{"{address}": address, "{key}": key}.get(word, word) for word in command]
    done = subprocess.run(filled, capture_output=True, text=True, timeout=300, env=house.env | (env or {}))
    assert done.returncode == 0 and "sent" in done.stdout, done.stdout + done.stderr
    report = house.run("-m", "regulars.events.tests.served", "report", name)
    assert report.returncode == 0, report.stderr
    return json.loads(report.stdout)


def assert_complete(found, kinds=ALL_KINDS, email=None, people=1):
    assert found["dead"] == []
    assert sorted(name for name, _, _ in found["events"]) == kinds
    order = next(properties for name, properties, _ in found["events"] if name == "Order Completed")
    assert order["total"] == 12.5
    assert email in found["emails"]
    assert len({person for _, _, person in found["events"]}) == people, "alias makes account and device one person"


@pytest.mark.parametrize("squeeze", ["0", "1"])
def test_segment_python(house, squeeze):
    script = str(CLIENTS / "segment_python.py")
    found = send_by(house, f"segment-py-{squeeze}", sys.executable, script, "{address}", "{key}", squeeze)
    assert_complete(found, email="py@shop.example.com")


def test_segment_python_of_an_older_version_that_sends_its_key_in_the_body(house):
    if not OLD.exists():
        pytest.skip(f"segment-analytics-python 2.3.4 {HOW}")
    script = str(CLIENTS / "segment_python.py")
    found = send_by(house, "segment-py-old", sys.executable, script, "{address}", "{key}", "1",
                    env={"PYTHONPATH": str(OLD)})  # fmt: skip
    assert_complete(found, email="py@shop.example.com")


def test_rudder_python_whose_traits_are_in_the_context(house):
    found = send_by(house, "rudder-py", sys.executable, str(CLIENTS / "rudder_python.py"), "{address}", "{key}")
    assert_complete(found, email="rpy@shop.example.com")


@pytest.mark.parametrize(("script", "package", "kinds", "email"), [
    ("segment_node.js", "@segment/analytics-node", ALL_KINDS, "node@shop.example.com"),
    ("rudder_node.js", "@rudderstack/rudder-sdk-node", ALL_KINDS, "rnode@shop.example.com"),
    ("segment_browser.js", "@segment/analytics-next", BROWSER_KINDS, "browser@shop.example.com"),
])  # fmt: skip
def test_node_clients(house, script, package, kinds, email):
    node = shutil.which("node")
    if not node:
        pytest.skip("Node is not installed (apt install nodejs npm)")
    if not (CLIENTS / "node_modules" / package).exists():
        pytest.skip(f"{package} {HOW}")
    assert_complete(send_by(house, script, node, str(CLIENTS / script), "{address}", "{key}"), kinds, email)


def test_a_client_that_sends_too_fast_waits_and_loses_nothing(house):
    script = (
        "import sys; from segment.analytics.client import Client; failed = []\n"
        "client = Client(sys.argv[2], host=sys.argv[1], max_retries=5, on_error=lambda *why: failed.append(why))\n"
        "for n in range(700): client.track(f'u{n}', 'Counted', {'n': n})\n"
        "client.shutdown(); print('sent' if not failed else failed)"
    )
    found = send_by(house, "too-fast", sys.executable, "-c", script, "{address}", "{key}", settings=("50",))
    assert sorted(properties["n"] for _, properties, _ in found["events"]) == list(range(700))
