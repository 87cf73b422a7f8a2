"""The API reference as a page: rendered from the OpenAPI description, without a script."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from regulars.team.permissions import PERMISSIONS, allowed, labels, roles_with
from regulars.web.api.frame import api

METHODS = ("get", "post", "patch", "put", "delete")


@allowed("staff")
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation with its permission, parameters, body and answer."""
    described = api.get_openapi_schema()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, item in described["paths"].items():
        for method in METHODS:
            if operation := item.get(method):
                groups.setdefault(operation["tags"][0], []).append(_operation(path, method, operation, described))
    context = {"groups": groups, "base": request.build_absolute_uri("/api/v1/"), "here": "settings"}
    return render(request, "web/api.html", context)


def _operation(path: str, method: str, operation: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    permission = permissions()[method, path]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    answer = next(r for status, r in sorted(operation["responses"].items(), key=lambda r: str(r[0])))
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "text": operation.get("description", ""),
        "permission": PERMISSIONS[permission],
        "roles": ", ".join(labels(roles_with(permission))),
        "parameters": [_parameter(p) for p in operation.get("parameters", [])],
        "body": _fields(body, described) if body else [],
        "answer": _fields(answer["content"]["application/json"]["schema"], described),
    }


def permissions() -> dict[tuple[str, str], str]:
    """The permission of every operation: {(method, path): permission}."""
    found = {}
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    full = f"/api/v1{prefix}{path}" if prefix.startswith("/") else f"/api/v1/{prefix}{path}"
                    found[method.lower(), full] = operation.auth_callbacks[0].permission
    return found


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    shape = parameter["schema"]
    return {
        "name": parameter["name"],
        "where": parameter["in"],
        "type": _type(shape),
        "required": parameter["required"],
        "default": shape.get("default", ""),
        "text": parameter.get("description", "") or shape.get("description", ""),
    }


def _fields(shape: dict[str, Any], described: dict[str, Any]) -> list[dict[str, str]]:
    """One row per field; lists and pages show the fields of what they hold."""
    if "$ref" in shape:
        shape = described["components"]["schemas"][shape["$ref"].rsplit("/", 1)[-1]]
    if shape.get("type") == "array":
        return _fields(shape["items"], described)
    rows = []
    for name, inner in shape.get("properties", {}).items():
        rows.append({"name": name, "type": _type(inner), "required": name in shape.get("required", [])})
        if inner.get("type") == "array" and "$ref" in inner["items"]:
            rows += [row | {"name": f"{name}[].{row['name']}"} for row in _fields(inner["items"], described)]
    return rows


def _type(shape: dict[str, Any]) -> str:
    if "anyOf" in shape:
        return " or ".join(_type(one) for one in shape["anyOf"])
    if shape.get("type") == "array":
        return f"list of {_type(shape['items'])}"
    if "enum" in shape:
        return " | ".join(map(str, shape["enum"]))
    return shape.get("type") or shape.get("$ref", "any").rsplit("/", 1)[-1]
