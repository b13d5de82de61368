package dev.procode.agent;

import static dev.procode.agent.AllTests.equal;
import static dev.procode.agent.AllTests.isTrue;
import static dev.procode.agent.AllTests.test;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

final class LogTests {
    private LogTests() {
    }

    static void run() {
        test("values of secret variables are replaced, longest first", () -> {
            Masks masks = new Masks(Map.of("API_KEY", "abcdefgh", "DB_PASSWORD", "abcdefghijkl", "my_token", "tok-$1-tok", "PATH", "/usr/local/bin", "SHORT_SECRET", "seven77"));
            equal("*** *** *** /usr/local/bin seven77", masks.text("abcdefgh abcdefghijkl tok-$1-tok /usr/local/bin seven77"));
        });
        test("a secret at the cut leaves nothing of itself", () ->
            isTrue(!new Masks(Map.of("KEY", "s".repeat(50))).text("x".repeat(16 * 1024 - 10) + "s".repeat(50)).contains("s"), "s"));
        test("anything becomes JSON", () -> {
            List<Object> cyclic = new ArrayList<>();
            cyclic.add(cyclic);
            Object broken = new Object() {
                @Override
                public String toString() {
                    throw new IllegalStateException();
                }
            };
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("a", Double.NaN);
            fields.put("b", broken);
            fields.put("c", cyclic);
            fields.put("d", null);
            fields.put("e", List.of(Map.of("12345678", "x12345678")));
            fields.put("f", new IllegalStateException("12345678"));
            String written = Json.write(new Masks(Map.of("KEY", "12345678")).json(fields, 0));
            isTrue(!written.contains("12345678") && written.contains("[{\"***\":\"x***\"}]") && written.contains("IllegalStateException: ***"), written);
        });
    }
}
