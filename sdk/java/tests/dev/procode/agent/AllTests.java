package dev.procode.agent;

import java.util.List;
import java.util.Objects;

/** The SDK's own tests, without a library for that: a test is a method, and one that throws has failed. Ends with 1 when one has. */
public final class AllTests {
    private static int passed;
    private static int failed;

    private AllTests() {
    }

    public static void main(String[] arguments) {
        JsonTests.run();
        SchemaTests.run();
        RecordTests.run();
        LogTests.run();
        AgentTests.run();
        ProcessTests.run();
        RunTests.run();
        System.out.println(passed + " tests passed, " + failed + " failed");
        System.exit(failed == 0 && passed > 0 ? 0 : 1);
    }

    interface Test {
        void run() throws Exception;
    }

    static void test(String name, Test test) {
        try {
            test.run();
            passed++;
        } catch (Exception | AssertionError | StackOverflowError wrong) {
            failed++;
            System.out.println("FAILED: " + name);
            wrong.printStackTrace(System.out);
        }
    }

    static void equal(Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) throw new AssertionError("expected " + expected + ", but it is " + actual);
    }

    static void isTrue(boolean condition, Object shown) {
        if (!condition) throw new AssertionError("not so: " + shown);
    }

    static <T extends Throwable> T thrown(Class<T> type, Test test) {
        try {
            test.run();
        } catch (Throwable one) {
            if (type.isInstance(one)) return type.cast(one);
            throw new AssertionError("expected " + type.getName() + ", but it is", one);
        }
        throw new AssertionError("expected " + type.getName() + ", but nothing was thrown");
    }

    static <T extends Throwable> void allThrow(Class<T> type, List<String> all, java.util.function.Consumer<String> use) {
        for (String one : all) {
            try {
                use.accept(one);
            } catch (RuntimeException wrong) {
                if (type.isInstance(wrong)) continue;
                throw wrong;
            }
            throw new AssertionError("nothing was thrown for " + one);
        }
    }
}
