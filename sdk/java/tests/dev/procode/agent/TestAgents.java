package dev.procode.agent;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The agents that ProcessTests starts. */
final class TestAgents {
    private TestAgents() {
    }

    record Input(int n) {
    }

    public static void main(String[] arguments) {
        Agent agent = new Agent("tested", "1");
        switch (arguments[0]) {
            case "prints" -> agent.invoke((input, context) -> {
                System.out.print("printed ");
                System.out.println(input + " é");
                System.err.println("on error");
                context.log().info("posing", Map.of("requestId", "forged", "event", "agent.stopped"));
                return input;
            });
            case "fails" -> agent.invoke((input, context) -> switch ((String) input) {
                case "error" -> throw new NoClassDefFoundError("missing");
                case "stack" -> overflow(0);
                case "checked" -> throw new IOException("checked");
                default -> input;
            });
            case "record" -> agent.invoke(Input.class, (input, context) -> List.of(input.n()));
            default -> agent.invoke((input, context) -> "x".repeat(((Long) input).intValue()));
        }
        agent.run();
    }

    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }
}
