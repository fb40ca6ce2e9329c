"""The description of the API: as OpenAPI for programs, as a page for people."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.utils.cache import patch_vary_headers

from catalog.views.api.problems import ApiView
from catalog.views.negotiation import wants_json

DESCRIPTION = Path(__file__).with_name("openapi.json")


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return json.loads(DESCRIPTION.read_text(encoding="utf-8"))


class DescriptionView(ApiView):
    """The description for programs."""

    def get(self, _request: HttpRequest) -> HttpResponse:
        """Answer with the OpenAPI document; its paths begin where the site does."""
        prefix = get_script_prefix().rstrip("/")
        servers = {"servers": [{"url": prefix}]} if prefix else {}
        content = json.dumps({**description(), **servers}, ensure_ascii=False)
        return HttpResponse(content, content_type="application/json")


class ApiHomeView(ApiView):
    """The beginning of the API."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the page, or with the description to a program that asks for JSON."""
        response = DescriptionView().get(request) if wants_json(request) else _page(request)
        response["Link"] = f'<{reverse("catalog:api_description")}>; rel="service-desc"'
        patch_vary_headers(response, ("Accept",))
        return response


def _page(request: HttpRequest) -> HttpResponse:
    whole = description()
    operations = [
        {"path": path, **item["get"], "parameters": _parameters(item)} for path, item in whole["paths"].items()
    ]
    schemas = [{"name": name, **_described(schema)} for name, schema in whole["components"]["schemas"].items()]
    return render(
        request, "catalog/api/page.html", {"info": whole["info"], "operations": operations, "schemas": schemas}
    )


def _parameters(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parameters of an operation, each with what it may be."""
    named = description()["components"]["parameters"]
    given = (
        named[each["$ref"].rpartition("/")[2]] if "$ref" in each else each for each in item["get"].get("parameters", ())
    )
    return [{**each, "allowed": _allowed(each["schema"])} for each in given]


def _allowed(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what a value may be: its type, the values to choose from, and whether there may be several."""
    inner = schema.get("items", schema)
    return {"kind": inner["type"], "values": inner.get("enum", ()), "may_repeat": schema["type"] == "array"}


def _described(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema as a table: names, types and meanings, its own ones only where it extends another."""
    own = next((each for each in schema.get("allOf", ()) if "properties" in each), schema)
    keys = [
        {"name": name, "kind": _kind(each), "meaning": each.get("description", "")}
        for name, each in own["properties"].items()
    ]
    return {"description": schema["description"], "keys": keys}


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    if "oneOf" in schema:
        return " or ".join(map(_kind, schema["oneOf"]))
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    return " or ".join(f"{kind} of {_kind(schema['items'])}" if kind == "array" else kind for kind in kinds)
