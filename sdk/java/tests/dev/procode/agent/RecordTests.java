package dev.procode.agent;

import static dev.procode.agent.AllTests.equal;
import static dev.procode.agent.AllTests.test;
import static dev.procode.agent.AllTests.thrown;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

final class RecordTests {
    private RecordTests() {
    }

    enum Size { SMALL, LARGE }

    record Inner(boolean flag, double ratio) {
    }

    record Outer(String text, int count, Optional<Long> most, List<Inner> inner, Map<String, Size> sizes, Object any, BigDecimal exact) {
        Outer {
            if (count > 100) throw new IllegalArgumentException("too many");
        }
    }

    record Tree(List<Tree> below) {
    }

    record Odd(Thread thread) {
    }

    static void run() {
        test("a record is read from JSON and written back", () -> {
            String json = "{\"text\":\"a\",\"count\":2,\"most\":null,\"inner\":[{\"flag\":true,\"ratio\":0.5}],\"sizes\":{\"x\":\"LARGE\"},\"any\":[1,{}],\"exact\":1}";
            Outer outer = read(json, Outer.class);
            equal(new Outer("a", 2, Optional.empty(), List.of(new Inner(true, 0.5)), Map.of("x", Size.LARGE), List.of(1L, Map.of()), BigDecimal.ONE), outer);
            equal(json, Json.write(outer));
            equal(new Outer(null, 2, Optional.of(5L), null, null, null, null), read("{\"count\":2.0,\"most\":5,\"more\":1}", Outer.class));
            equal(new Tree(List.of(new Tree(List.of()))), read("{\"below\":[{\"below\":[]}]}", Tree.class));
        });
        test("what does not fit is told by its place", () -> {
            for (Map.Entry<String, String> one : Map.of(
                "{\"text\":\"a\"}", "/count", "{\"count\":1.5}", "/count", "{\"count\":3000000000}", "/count", "{\"count\":\"1\"}", "/count", "{\"count\":1,\"text\":1}", "/text",
                "{\"count\":1,\"inner\":[{\"flag\":1}]}", "/inner/0/flag", "{\"count\":1,\"sizes\":{\"a/b\":\"TINY\"}}", "/sizes/a~1b", "{\"count\":101}", "", "[]", "").entrySet())
                equal(one.getValue(), thrown(InvalidInput.class, () -> read(one.getKey(), Outer.class)).details().get(0).field());
        });
        test("a type that can't be read shows at start", () -> {
            for (Class<?> type : List.of(Odd.class, Thread.class, int[].class)) thrown(IllegalArgumentException.class, () -> Records.check(type));
            for (Class<?> type : List.of(Outer.class, Tree.class, Map.class, List.class, Object.class, String.class)) Records.check(type);
        });
    }

    private static <T> T read(String json, Class<T> type) {
        return type.cast(Records.read(Json.parse(json), type));
    }
}
