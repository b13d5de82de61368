package dev.procode.agent;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The definition of an agent of one function; see README.md, and docs/agent-contract.md for what it then serves. */
public final class Agent {
    static final String VERSION = "1.0.0";
    private static final int CONTRACT = 1;
    private static final long CALL_MS = 120_000;
    private final String name;
    private final String version;
    private String description = "";
    private String inputText = "{}";
    private String outputText = "{}";
    private Class<?> inputType = Object.class;
    private Streaming<Object> function;
    private boolean streaming;
    private Startup startup = () -> { };
    private Map<String, Object> input;
    private Map<String, Object> output;

    /** An agent's function. The output is anything that {@link Json#write} takes: a record, a map, a list, a text. */
    @FunctionalInterface
    public interface Function<I> {
        Object invoke(I input, Context context) throws Exception;
    }

    /** A streaming agent's function. */
    @FunctionalInterface
    public interface Streaming<I> {
        void invoke(I input, Context context, Emitter out) throws Exception;
    }

    /** What runs once before the agent is ready. */
    @FunctionalInterface
    public interface Startup {
        void run() throws Exception;
    }

    public Agent(String name, String version) {
        this.name = name;
        this.version = version;
    }

    public Agent description(String text) {
        description = text;
        return this;
    }

    /** The JSON Schema of the input, in the contract's subset; without one, anything goes. It is checked when the agent starts. */
    public Agent input(String schema) {
        inputText = schema;
        return this;
    }

    /** The JSON Schema of the output; of each value, for a streaming agent. */
    public Agent output(String schema) {
        outputText = schema;
        return this;
    }

    /** The function takes the input as {@link Json#parse} gives it. */
    public Agent invoke(Function<Object> run) {
        return invoke(Object.class, run);
    }

    /** The function takes the input as a record (of records, lists, enums, optionals, texts, numbers, booleans), or as a Map or List as they come. */
    public <I> Agent invoke(Class<I> type, Function<I> run) {
        set(type, (value, context, out) -> out.send(run.invoke(type.cast(value), context)), false);
        return this;
    }

    /** As invoke, for a function that answers with value after value. */
    public Agent stream(Streaming<Object> run) {
        return stream(Object.class, run);
    }

    public <I> Agent stream(Class<I> type, Streaming<I> run) {
        set(type, (value, context, out) -> run.invoke(type.cast(value), context, out), true);
        return this;
    }

    /** Runs once before the agent is ready: to load a model, to open a connection. If it fails, the agent ends. */
    public Agent startup(Startup run) {
        startup = run;
        return this;
    }

    /**
     * Runs the function without a server, for tests: the output as {@link Json#parse} gives it, or the list of a streaming agent's values. The input is
     * anything that {@link Json#write} takes. Throws InvalidInput, InvalidOutput, and whatever the function throws.
     */
    public Object call(Object value) throws Exception {
        check();
        List<Object> values = new ArrayList<>();
        // What comes over HTTP has been JSON, so that a test must not pass with what can't.
        function.invoke(read(Json.parse(Json.write(value))), new Context(Identity.fresh(), CALL_MS), one -> values.add(Json.parse(encode(one))));
        return streaming ? values : values.get(0);
    }

    /** Serves until SIGTERM or SIGINT, then ends the process. What is printed becomes lines of the log. */
    public void run() {
        Life.run(this);
    }

    String name() {
        return name;
    }

    String version() {
        return version;
    }

    boolean streaming() {
        return streaming;
    }

    Startup startup() {
        return startup;
    }

    Streaming<Object> function() {
        return function;
    }

    Map<String, Object> manifest() {
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("contract", CONTRACT);
        manifest.put("name", name);
        manifest.put("version", version);
        manifest.put("description", description);
        manifest.put("streaming", streaming);
        manifest.put("input", input);
        manifest.put("output", output);
        manifest.put("sdk", Map.of("language", "java", "version", VERSION));
        return manifest;
    }

    /** IllegalArgumentException for an agent that can't run. */
    void check() {
        if (input != null) return;
        if (function == null) throw new IllegalArgumentException("the agent has no function: give it one with agent.invoke(…)");
        checkText("name", name, 100);
        checkText("version", version, 100);
        if (description == null || description.length() > 2000) throw new IllegalArgumentException("the agent's description must be a text of at most 2000 characters");
        Records.check(inputType);
        Map<String, Object> checked = schema("input", inputText);
        output = schema("output", outputText);
        input = checked;
    }

    /** An input as the function takes it; InvalidInput when it isn't what the schema says. */
    Object read(Object value) {
        List<InvalidInput.Detail> details = Schema.validate(input, value);
        if (!details.isEmpty()) throw new InvalidInput(details);
        return Records.read(value, inputType);
    }

    /** An output as one line of JSON; InvalidOutput when it isn't what the schema says. */
    String encode(Object value) {
        String text;
        try {
            text = Json.write(value);
        } catch (IllegalArgumentException wrong) {
            throw new InvalidOutput("the output can't be written as JSON: " + wrong.getMessage());
        }
        // The schema is held against what is sent: a record, say, is an object there.
        List<InvalidInput.Detail> details = output.isEmpty() ? List.of() : Schema.validate(output, Json.parse(text));
        if (!details.isEmpty()) throw new InvalidOutput(String.join("; ", details.stream().map(detail -> detail.sentence("the output")).toList()));
        return text;
    }

    @SuppressWarnings("unchecked")
    private <I> void set(Class<I> type, Streaming<I> run, boolean streams) {
        if (function != null) throw new IllegalStateException("an agent has one function");
        inputType = type;
        function = (Streaming<Object>) run;
        streaming = streams;
    }

    private static void checkText(String what, String text, int most) {
        if (text == null || text.isBlank() || text.length() > most) throw new IllegalArgumentException("the agent's " + what + " must be a text of at most " + most + " characters");
    }

    private static Map<String, Object> schema(String what, String text) {
        try {
            return Schema.of(text);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("the " + what + " schema can't be used: " + wrong.getMessage());
        }
    }
}
