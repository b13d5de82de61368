import dev.procode.agent.InvalidInput;
import dev.procode.agent.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Run with: java procode-agent/Run.java MainTest */
public final class MainTest {
    private static final String TEXT = "Agents answer. An agent's answer is short; agents that answer slowly are not asked again!";
    private static int passed;

    private MainTest() {
    }

    public static void main(String[] arguments) throws Exception {
        test("a text is counted", () -> {
            Map<?, ?> report = report(Map.of("input", TEXT));
            equal(List.of(15L, 2L, 4L), List.of(report.get("words"), report.get("sentences"), report.get("readingSeconds")));
        });
        test("the most used words come first", () -> equal(List.of("answer", "agents"), report(Map.of("input", TEXT, "keywords", 2)).get("keywords")));
        test("no keywords are fine", () -> equal(List.of(), report(Map.of("input", TEXT, "keywords", 0)).get("keywords")));
        test("a text without words is refused", () -> equal("NO_WORDS", thrown(Refusal.class, Map.of("input", "?! …")).code()));
        test("other input is refused by the schema", () -> {
            List<Object> all = List.of(Map.of(), Map.of("input", 5), Map.of("input", "a", "keywords", 51), Map.of("input", "a", "more", 1), "text");
            for (Object wrong : all) thrown(InvalidInput.class, wrong);
        });
        System.out.println(passed + " tests passed");
    }

    private static Map<?, ?> report(Object input) throws Exception {
        return (Map<?, ?>) Main.agent().call(input);
    }

    private static <T extends Exception> T thrown(Class<T> type, Object input) throws Exception {
        try {
            throw new AssertionError("not refused: " + Main.agent().call(input));
        } catch (Exception expected) {
            return type.cast(expected);
        }
    }

    private static void equal(Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) throw new AssertionError("expected " + expected + ", but it is " + actual);
    }

    private interface Test {
        void run() throws Exception;
    }

    /** The first test that fails ends the program with exit code 1. */
    private static void test(String name, Test test) throws Exception {
        try {
            test.run();
        } catch (Exception | AssertionError failed) {
            System.err.println("FAILED: " + name);
            throw failed;
        }
        passed++;
    }
}
