"""The contract's subset of JSON Schema: small enough to mean the same in every language."""

from __future__ import annotations

import json
import math
from typing import Any, Callable, Dict, List

from .failures import Details

MAX_DETAILS = 20
_MAX_DEPTH = 32
_MAX_NAME = 100
_ANNOTATIONS = {"title": str, "description": str, "format": str, "$schema": str, "default": object, "examples": list}


class SchemaError(ValueError):
    """A schema outside the subset; says where and why."""


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and (isinstance(value, int) or math.isfinite(value))


_TYPES: Dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and (isinstance(value, int) or value.is_integer()),
    "number": _is_number,
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, (list, tuple)),
    "object": lambda value: isinstance(value, dict),
}


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


# What each keyword can have, where nested schemas are looked at apart.
_KEYWORDS: Dict[str, Callable[[Any], bool]] = {
    "type": lambda value: value in _TYPES if isinstance(value, str) else _are_names(value) and bool(value) and all(name in _TYPES for name in value),
    "properties": lambda value: isinstance(value, dict) and all(isinstance(name, str) for name in value),
    "required": _are_names,
    "additionalProperties": lambda value: isinstance(value, bool),
    "items": lambda value: isinstance(value, dict),
    "enum": lambda value: isinstance(value, list) and bool(value),
    "const": lambda value: True,
    "minimum": _is_number,
    "maximum": _is_number,
    "minLength": _is_count,
    "maxLength": _is_count,
    "minItems": _is_count,
    "maxItems": _is_count,
}


def check_schema(schema: Any, path: str = "", depth: int = 0) -> None:
    """Raises SchemaError for what is outside the subset."""
    if not isinstance(schema, dict):
        raise SchemaError(f"{path or 'the schema'} must be an object")
    if depth > _MAX_DEPTH:
        raise SchemaError(f"{path} is nested deeper than {_MAX_DEPTH} schemas")
    for keyword, value in schema.items():
        if keyword in _ANNOTATIONS:
            if not isinstance(value, _ANNOTATIONS[keyword]):
                raise SchemaError(f"{path}/{keyword} has a value that it can't have")
        elif keyword not in _KEYWORDS:
            raise SchemaError(f"{path}/{keyword} is not a keyword of the supported subset")
        elif not _KEYWORDS[keyword](value):
            raise SchemaError(f"{path}/{keyword} has a value that it can't have")
    for name, property_schema in schema.get("properties", {}).items():
        check_schema(property_schema, f"{path}/properties/{name}", depth + 1)
    if "items" in schema:
        check_schema(schema["items"], f"{path}/items", depth + 1)
    if depth == 0:
        try:
            json.dumps(schema, allow_nan=False)
        except (TypeError, ValueError, RecursionError):
            raise SchemaError("the schema can't be written as JSON") from None


def equal(left: Any, right: Any) -> bool:
    """Equality of JSON: 1 is 1.0, but neither is true."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(value, right[name]) for name, value in left.items())
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(equal(a, b) for a, b in zip(left, right))
    return left == right


def validate(schema: Dict[str, Any], value: Any) -> Details:
    """What is wrong with a value, at most MAX_DETAILS things; never by repeating what it holds. Depth is bounded by the schema's own."""
    details: Details = []
    _validate(schema, value, "", details)
    return details


def _validate(schema: Dict[str, Any], value: Any, path: str, details: Details) -> None:
    def wrong(issue: str, where: str = path) -> None:
        if len(details) < MAX_DETAILS:
            details.append({"field": where, "issue": issue})

    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_TYPES[kind](value) for kind in kinds):
        return wrong(f"must be of type {' or '.join(kinds)}")
    if "enum" in schema and not any(equal(value, one) for one in schema["enum"]):
        return wrong("must be one of the values of the schema's enum")
    if "const" in schema and not equal(value, schema["const"]):
        return wrong("must be the value of the schema's const")

    if _is_number(value):
        if "minimum" in schema and value < schema["minimum"]:
            wrong(f"must be at least {schema['minimum']}")
        if "maximum" in schema and value > schema["maximum"]:
            wrong(f"must be at most {schema['maximum']}")
    elif isinstance(value, str):
        _check_length(schema, len(value), "Length", "characters", wrong)
    elif isinstance(value, (list, tuple)):
        _check_length(schema, len(value), "Items", "items", wrong)
        if "items" in schema:
            for index, item in enumerate(value):
                if len(details) >= MAX_DETAILS:
                    return
                _validate(schema["items"], item, f"{path}/{index}", details)
    elif isinstance(value, dict):
        _validate_object(schema, value, path, details, wrong)


def _check_length(schema: Dict[str, Any], length: int, keyword: str, what: str, wrong: Callable[[str], None]) -> None:
    if length < schema.get(f"min{keyword}", 0):
        wrong(f"must have at least {schema[f'min{keyword}']} {what}")
    if length > schema.get(f"max{keyword}", math.inf):
        wrong(f"must have at most {schema[f'max{keyword}']} {what}")


def _validate_object(schema: Dict[str, Any], value: Dict[str, Any], path: str, details: Details, wrong: Callable[..., None]) -> None:
    properties = schema.get("properties", {})
    missing: List[str] = [name for name in schema.get("required", []) if name not in value]
    for name in missing:
        wrong("is required", f"{path}/{_escape(name)}")
    for name, item in value.items():
        if len(details) >= MAX_DETAILS:
            return
        where = f"{path}/{_escape(str(name))}"
        if name in properties:
            _validate(properties[name], item, where, details)
        elif schema.get("additionalProperties") is False:
            wrong("is not a known property", where)


def _escape(name: str) -> str:
    return name[:_MAX_NAME].replace("~", "~0").replace("/", "~1")
