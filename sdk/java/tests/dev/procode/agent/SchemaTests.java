package dev.procode.agent;

import static dev.procode.agent.AllTests.allThrow;
import static dev.procode.agent.AllTests.equal;
import static dev.procode.agent.AllTests.test;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

final class SchemaTests {
    private SchemaTests() {
    }

    static void run() {
        test("everything of the subset is fine", () -> Schema.of("""
            { "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "t", "description": "d", "default": null, "examples": [1], "format": "date",
              "type": ["object", "null"], "required": ["a"], "additionalProperties": false, "enum": [null, {}], "const": {}, "properties": {
                "a": { "type": "array", "items": {}, "minItems": 0, "maxItems": 1 }, "b": { "minLength": 0, "maxLength": 1.0 }, "c": { "minimum": 0.5, "maximum": 1 },
                "pattern": {}, "$ref": {} } }
            """));
        test("everything else is refused", () -> allThrow(IllegalArgumentException.class, List.of(
            "true", "[]", "\"object\"", "{\"pattern\":\"a\"}", "{\"$ref\":\"#\"}", "{\"anyOf\":[]}", "{\"type\":\"text\"}", "{\"type\":[]}", "{\"type\":[\"string\",1]}",
            "{\"required\":\"a\"}", "{\"required\":[1]}", "{\"additionalProperties\":{}}", "{\"items\":[]}", "{\"items\":true}", "{\"enum\":[]}", "{\"enum\":\"a\"}",
            "{\"minimum\":\"1\"}", "{\"minimum\":true}", "{\"maximum\":1e400}", "{\"minLength\":-1}", "{\"maxLength\":1.5}", "{\"minItems\":true}", "{\"properties\":[]}",
            "{\"properties\":{\"a\":true}}", "{\"properties\":{\"a\":{\"b\":1}}}", "{\"title\":1}", "{\"examples\":{}}", "{\"default\":1e400}", "{", "",
            "{\"items\":".repeat(40) + "{}" + "}".repeat(40)), Schema::of));
        test("integers are those of JSON", () -> {
            for (String value : List.of("3", "3.0", "1e2", "123456789012345678901234567890")) equal(0, wrong("{\"type\":\"integer\"}", value));
            for (String value : List.of("true", "3.5", "\"3\"", "null", "1e400")) equal(1, wrong("{\"type\":\"integer\"}", value));
        });
        test("bounds hold for their kind only, and exactly", () -> {
            String schema = "{\"minimum\":5,\"minLength\":5,\"minItems\":5}";
            equal(List.of(0, 0, 1, 1, 1), List.of(wrong(schema, "null"), wrong(schema, "{}"), wrong(schema, "1"), wrong(schema, "\"a\""), wrong(schema, "[]")));
            equal(1, wrong("{\"maximum\":9007199254740992}", "9007199254740993"));
            equal(0, wrong("{\"maxLength\":1}", "\"\ud83d\ude00\""));
        });
        test("a long array of mistakes ends early", () ->
            equal(20, Schema.validate(Schema.of("{\"items\":{\"type\":\"string\"}}"), Collections.nCopies(100_000, 1L)).size()));
        test("field names are cut and escaped", () -> {
            equal("/a~1b~0c", Schema.validate(Schema.of("{\"additionalProperties\":false}"), Map.of("a/b~c", 1L)).get(0).field());
            equal(101, Schema.validate(Schema.of("{\"additionalProperties\":false}"), Map.of("x".repeat(5000), 1L)).get(0).field().length());
        });
        test("a const or enum of null is one", () -> {
            equal(List.of(0, 1), List.of(wrong("{\"const\":null}", "null"), wrong("{\"const\":null}", "0")));
            equal(List.of(0, 1), List.of(wrong("{\"enum\":[null]}", "null"), wrong("{\"enum\":[null]}", "false")));
        });
        test("equality is that of JSON", () -> {
            for (List<String> pair : List.of(List.of("1", "1.0"), List.of("{\"a\":1}", "{\"a\":1.0}"), List.of("{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}"), List.of("1e400", "2")))
                equal(!pair.contains("1e400"), Schema.equal(Json.parse(pair.get(0)), Json.parse(pair.get(1))));
            for (List<String> pair : List.of(List.of("true", "1"), List.of("0", "false"), List.of("null", "false"), List.of("[1]", "[true]"), List.of("{\"a\":1}", "{\"b\":1}"),
                List.of("\"1\"", "1"), List.of("[1,2]", "[1]"), List.of("[]", "{}"), List.of("{}", "null")))
                equal(false, Schema.equal(Json.parse(pair.get(0)), Json.parse(pair.get(1))));
            equal(true, Schema.equal(Arrays.asList((Object) null), Arrays.asList((Object) null)));
        });
    }

    private static int wrong(String schema, String value) {
        return Schema.validate(Schema.of(schema), Json.parse(value)).size();
    }
}
