import dev.procode.agent.Agent;
import dev.procode.agent.Context;
import dev.procode.agent.Emitter;
import dev.procode.agent.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The conformance agent in Java; ../README.md says what it does. */
final class ConformanceAgent {
    private static final String INPUT = """
        { "type": "object", "required": ["do"], "additionalProperties": false, "properties": {
            "do": { "type": "string" }, "value": {},
            "count": { "type": ["integer", "null"], "minimum": 1, "maximum": 100 },
            "ratio": { "type": "number", "minimum": -0.5, "maximum": 0.5 },
            "name": { "type": "string", "minLength": 2, "maxLength": 4 },
            "kind": { "enum": ["a", 1, null, { "x": [1.0] }] },
            "fixed": { "const": true },
            "items": { "type": "array", "minItems": 1, "maxItems": 2, "items": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } } } } }
        """;

    private ConformanceAgent() {
    }

    public static void main(String[] arguments) {
        String mode = System.getenv("CONFORMANCE_MODE");
        Agent agent = new Agent("conformance", "1.2.3").description("Does what the suite asks.").output("{\"type\": \"object\"}");
        agent.input(mode.equals("bad-schema") ? INPUT.replace("\"minLength\": 2", "\"pattern\": \"^a\"") : INPUT);
        if (mode.equals("stream")) agent.stream(Map.class, ConformanceAgent::streaming);
        else agent.invoke(Map.class, ConformanceAgent::plain);
        if (mode.equals("slow-start")) {
            agent.startup(() -> {
                while (!exists(System.getenv("CONFORMANCE_FILE"))) Thread.sleep(20);
            });
        } else if (mode.equals("failing-start")) {
            agent.startup(() -> {
                throw new IllegalStateException("the model is missing");
            });
        }
        agent.run();
    }

    private static Object plain(Map<?, ?> input, Context context) {
        Object value = input.get("value");
        switch ((String) input.get("do")) {
            case "echo":
                return one("echo", value);
            case "context":
                Map<String, Object> told = new LinkedHashMap<>();
                told.put("requestId", context.requestId());
                told.put("traceparent", context.traceparent());
                told.put("tracestate", context.tracestate());
                told.put("deadline", context.remaining().toMillis() / 1000.0);
                told.put("cancelled", context.cancelled());
                return told;
            case "log":
                context.log().info((String) value, Map.of("again", value));
                return Map.of();
            case "wait":
                context.log().info("wait began");
                try {
                    while (!exists((String) value)) Thread.sleep(20);
                } catch (InterruptedException cancelled) {
                    context.log().info("wait cancelled");
                }
                return Map.of();
            case "block":
                context.log().info("wait began");
                while (!exists((String) value)) {
                    Thread.interrupted();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                }
                return Map.of();
            default:
                return special((String) input.get("do"), value);
        }
    }

    private static void streaming(Map<?, ?> input, Context context, Emitter out) throws InterruptedException {
        String what = (String) input.get("do");
        try {
            if (what.equals("fail-first")) throw new IllegalStateException("before the first value");
            for (long n = 1; ; n++) {
                out.send(one("n", n));
                switch (what) {
                    case "count":
                        if (n == (Long) input.get("count")) return;
                        break;
                    case "wait":
                        if (n == 2) return;
                        while (!exists((String) input.get("value"))) Thread.sleep(20);
                        break;
                    case "forever":
                        Thread.sleep(10);
                        break;
                    default:
                        out.send(special(what, input.get("value")));
                }
            }
        } finally {
            context.log().info("generator closed");
        }
    }

    private static Object special(String what, Object value) {
        return switch (what) {
            case "fail" -> throw new IllegalStateException((String) value);
            case "refuse" -> throw new Refusal("NO_SUCH_CITY", "There is no such city.");
            case "wrong" -> "wrong";
            case "unwritable" -> one("n", Double.NaN);
            default -> throw new IllegalArgumentException("unknown: " + what);
        };
    }

    private static Map<String, Object> one(String name, Object value) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put(name, value);
        return members;
    }

    private static boolean exists(String file) {
        return Files.exists(Path.of(file));
    }
}
