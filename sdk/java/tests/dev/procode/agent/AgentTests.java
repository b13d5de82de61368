package dev.procode.agent;

import static dev.procode.agent.AllTests.equal;
import static dev.procode.agent.AllTests.isTrue;
import static dev.procode.agent.AllTests.test;
import static dev.procode.agent.AllTests.thrown;

import java.util.List;
import java.util.Map;

final class AgentTests {
    private AgentTests() {
    }

    record Input(long n) {
    }

    static void run() {
        test("call gives the output of each kind of function", () -> {
            equal(2L, made().invoke(Input.class, (input, context) -> input.n() + 1).call(Map.of("n", 1)));
            equal(List.of(1L, 2L), made().stream(Input.class, (input, context, out) -> {
                out.send(input.n());
                out.send(input.n() + 1);
            }).call(new Input(1)));
            equal(null, made().invoke((input, context) -> input).call(null));
        });
        test("call gives a context", () -> equal(List.of(32L, false, true), made().invoke((input, context) ->
            List.of(context.requestId().length(), context.cancelled(), context.remaining().toSeconds() > 100)).call(1)));
        test("call with wrong input or output says where", () -> {
            Agent agent = made().input("{\"properties\":{\"n\":{\"type\":\"integer\"}}}").output("{\"type\":\"string\"}").invoke((input, context) -> 5);
            equal(List.of(new InvalidInput.Detail("/n", "must be of type integer")), thrown(InvalidInput.class, () -> agent.call(Map.of("n", "1"))).details());
            equal("the output must be of type string", thrown(InvalidOutput.class, () -> agent.call(Map.of())).getMessage());
            thrown(InvalidOutput.class, () -> made().invoke((input, context) -> Double.NaN).call(1));
            thrown(InvalidOutput.class, () -> made().invoke((input, context) -> new Object()).call(1));
        });
        test("call throws what the function throws", () -> {
            equal("TOO_OLD", thrown(Refusal.class, () -> made().invoke((input, context) -> {
                throw new Refusal("TOO_OLD", "It is too old.");
            }).call(1)).code());
            for (String code : List.of("", "lower", "A B", "1A", "A".repeat(65), "A\n")) thrown(IllegalArgumentException.class, () -> new Refusal(code, "text"));
        });
        test("an agent that can't run is refused", () -> {
            thrown(IllegalStateException.class, () -> made().invoke((input, context) -> 1).stream((input, context, out) -> { }));
            isTrue(thrown(IllegalArgumentException.class, () -> made().call(1)).getMessage().contains("no function"), "");
            for (Agent agent : List.of(new Agent("", "1"), new Agent(" ", "1"), new Agent("a".repeat(101), "1"), new Agent("a", ""), new Agent("a", null), made().description(null)))
                isTrue(thrown(IllegalArgumentException.class, () -> agent.invoke((input, context) -> 1).call(1)).getMessage().contains("must be a text"), "");
            String message = thrown(IllegalArgumentException.class, () -> made().output("{\"items\":{\"pattern\":\"a\"}}").invoke((input, context) -> 1).call(1)).getMessage();
            isTrue(message.contains("output schema") && message.contains("/items/pattern"), message);
        });
    }

    private static Agent made() {
        return new Agent("tested", "1");
    }
}
