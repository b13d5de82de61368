import unittest

from procode_agent.schema import SchemaError, check_schema, equal, validate


class CheckSchemaTests(unittest.TestCase):
    def test_everything_of_the_subset_is_fine(self):
        check_schema({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "t", "description": "d", "default": None, "examples": [1], "format": "date",
            "type": ["object", "null"], "required": ["a"], "additionalProperties": False, "enum": [None, {}], "const": {},
            "properties": {"a": {"type": "array", "items": {}, "minItems": 0, "maxItems": 1}, "b": {"minLength": 0, "maxLength": 1}, "c": {"minimum": 0.5, "maximum": 1}},
        })

    def test_everything_else_is_refused(self):
        deep = {}
        for _ in range(40):
            deep = {"items": deep}
        for schema in (
            True, [], "object", {"pattern": "a"}, {"$ref": "#"}, {"anyOf": []}, {"type": "text"}, {"type": []}, {"type": ["string", 1]}, {"required": "a"},
            {"required": [1]}, {"additionalProperties": {}}, {"items": []}, {"items": True}, {"enum": []}, {"enum": "a"}, {"minimum": "1"}, {"minimum": True},
            {"maximum": float("inf")}, {"minLength": -1}, {"maxLength": 1.5}, {"minItems": True}, {"properties": []}, {"properties": {"a": True}},
            {"properties": {"a": {"b": 1}}}, {"title": 1}, {"examples": {}}, {"const": object()}, {"default": float("nan")}, deep,
        ):
            with self.assertRaises(SchemaError, msg=str(schema)[:80]):
                check_schema(schema)

    def test_a_property_may_be_called_like_a_keyword(self):
        check_schema({"properties": {"pattern": {"type": "string"}, "$ref": {}}})


class ValidateTests(unittest.TestCase):
    def test_integers_are_those_of_json(self):
        self.assertEqual([], validate({"type": "integer"}, 3.0))
        for value in (True, 3.5, "3", None, float("inf"), float("nan")):
            self.assertNotEqual([], validate({"type": "integer"}, value), value)

    def test_bounds_hold_for_their_kind_only(self):
        schema = {"minimum": 5, "minLength": 5, "minItems": 5}
        self.assertEqual([], validate(schema, None))
        self.assertEqual([], validate(schema, {}))
        self.assertEqual([1, 1, 1], [len(validate(schema, value)) for value in (1, "a", [])])

    def test_a_long_array_of_mistakes_ends_early(self):
        self.assertEqual(20, len(validate({"items": {"type": "string"}}, [1] * 100_000)))

    def test_field_names_are_cut_and_escaped(self):
        details = validate({"additionalProperties": False}, {"a/b~c": 1, "x" * 5000: 2})
        self.assertEqual("/a~1b~0c", details[0]["field"])
        self.assertEqual(101, len(details[1]["field"]))

    def test_equality_is_that_of_json(self):
        for left, right, same in ((1, 1.0, True), (True, 1, False), (0, False, False), (None, False, False), ([1], [True], False), ({"a": 1}, {"a": 1.0}, True),
                                  ({"a": 1}, {"b": 1}, False), ("1", 1, False), ([1, 2], [1], False)):
            self.assertEqual(same, equal(left, right), (left, right))
