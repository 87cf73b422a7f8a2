"""Schemathesis reads the OpenAPI description and tries what it allows and what it does not: nothing may break."""

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from regulars.team import actions

SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}


@pytest.fixture
def key(transactional_db, business, at, settings):
    settings.API_PER_MINUTE = 10**9
    settings.ALLOWED_HOSTS = ["*"]
    return actions.make_key(name="Schemathesis", role="owner", by="system", at=at)[1]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "invalid"])
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_no_input_breaks_the_api(operation, mode, key, anna):
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=8, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def run(case):
        response = case.call(headers={"Authorization": f"Bearer {key}"})
        assert response.status_code < 500, (case.method, case.formatted_path, case.query, case.body, response.text)
        if response.status_code >= 400 and response.headers.get("content-type", [""])[0].startswith(
            "application/json"
        ):
            assert set(response.json()) - {"active"} == {"code", "message"}, response.text

    run()
