import dev.procode.agent.Agent;
import dev.procode.agent.Context;
import dev.procode.agent.Refusal;
import java.util.Map;
import java.util.Optional;

/** The agent: what it takes, what it gives, and how the two are connected. What it does is in TextReport. */
public final class Main {
    private Main() {
    }

    record Input(String input, Optional<Integer> keywords) {
    }

    static Agent agent() {
        return new Agent("text-report", "0.1.0")
            .description("Tells how long a text is, how long it takes to read, and what it is about.")
            .input("""
                {
                  "type": "object",
                  "required": ["input"],
                  "additionalProperties": false,
                  "properties": {
                    "input": { "type": "string", "maxLength": 200000, "description": "The text." },
                    "keywords": { "type": "integer", "minimum": 0, "maximum": 50, "default": 5, "description": "How many keywords at most." }
                  }
                }
                """)
            .output("""
                {
                  "type": "object",
                  "required": ["words", "sentences", "readingSeconds", "keywords"],
                  "properties": {
                    "words": { "type": "integer" },
                    "sentences": { "type": "integer" },
                    "readingSeconds": { "type": "integer" },
                    "keywords": { "type": "array", "items": { "type": "string" } }
                  }
                }
                """)
            .invoke(Input.class, Main::invoke);
    }

    private static Object invoke(Input request, Context context) {
        TextReport report = TextReport.of(request.input(), request.keywords().orElse(5));
        if (report.words() == 0) throw new Refusal("NO_WORDS", "The text has no words.");
        context.log().info("reported", Map.of("words", report.words()));
        return report;
    }

    public static void main(String[] arguments) {
        agent().run();
    }
}
