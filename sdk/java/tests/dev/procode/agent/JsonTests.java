package dev.procode.agent;

import static dev.procode.agent.AllTests.allThrow;
import static dev.procode.agent.AllTests.equal;
import static dev.procode.agent.AllTests.test;
import static dev.procode.agent.AllTests.thrown;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

final class JsonTests {
    private JsonTests() {
    }

    record Point(int x, List<Optional<String>> names) {
    }

    enum Colour { RED }

    static void run() {
        test("each kind of value is read", () -> {
            equal(Arrays.asList(1L, -0L, 2.5, -1e3, true, false, null, "", List.of(), Map.of()), Json.parse(" [1,-0,2.5, -1E+3 ,true,false,null,\"\",[ ],{ }]\r\n\t"));
            equal(new BigInteger("123456789012345678901234567890"), Json.parse("123456789012345678901234567890"));
            equal(Long.MIN_VALUE, Json.parse("-9223372036854775808"));
            equal(Double.POSITIVE_INFINITY, Json.parse("1e400"));
            equal("é中\ud83d\ude00 \u0000\"\\/\b\f\n\r\t\ud800", Json.parse("\"é中\\ud83D\\ude00 \\u0000\\\"\\\\\\/\\b\\f\\n\\r\\t\\ud800\""));
            equal(Map.of("a", 2L), Json.parse("{\"a\":1,\"a\":2}"));
        });
        test("what is not JSON is refused", () -> allThrow(IllegalArgumentException.class, List.of(
            "", " ", "{", "[", "[1", "[1,", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "{1:1}", "nul", "nulL", "true1", "1 2", "{} {}", "01", "-", "-01",
            "+1", ".5", "1.", "1.e1", "1e", "1e+", "0x1", "NaN", "Infinity", "-Infinity", "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u١١١١\"", "\"a\nb\"", "\"\u0001\"",
            "\uFEFF1", "1\u00a0", "// 1\n1", "1".repeat(1001)), Json::parse));
        test("nesting is bounded", () -> {
            String fits = "[".repeat(500) + "]".repeat(500);
            equal(fits, Json.write(Json.parse(fits)));
            allThrow(IllegalArgumentException.class, List.of("[" + fits + "]", "[".repeat(1_000_000), "{\"a\":".repeat(1_000_000)), Json::parse);
            List<Object> cyclic = new ArrayList<>();
            cyclic.add(cyclic);
            thrown(IllegalArgumentException.class, () -> Json.write(cyclic));
        });
        test("each kind of value is written", () -> {
            equal("{\"x\":1,\"names\":[\"a\",null]}", Json.write(new Point(1, List.of(Optional.of("a"), Optional.empty()))));
            equal("[1,2.5,\"RED\",[1,2],[],{},\"c\",null,true]", Json.write(Arrays.asList(1, 2.5f, Colour.RED, new int[] {1, 2}, new String[0], Map.of(), 'c', null, true)));
            equal("\"é中\ud83d\ude00\\u0000\\u001f\\\"\\\\/\\n\\ud800x\\udc00\"", Json.write("é中\ud83d\ude00\u0000\u001f\"\\/\n\ud800x\udc00"));
        });
        test("what JSON can't hold is refused", () -> {
            for (Object value : new Object[] {Double.NaN, Float.NEGATIVE_INFINITY, List.of(Double.POSITIVE_INFINITY), new Object(), Map.of("a", Thread.currentThread())})
                thrown(IllegalArgumentException.class, () -> Json.write(value));
        });
    }
}
