package dev.procode.agent;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes the contract's lines: one JSON object each on standard output, without secrets. Safe to use from any thread. */
public final class Log {
    // Lower case, as the contract and the setting spell them.
    enum Level { debug, info, warning, error }

    private static final OutputStream OUT = new FileOutputStream(FileDescriptor.out);
    private static final ThreadLocal<Identity> CURRENT = new ThreadLocal<>();
    private static volatile Masks masks = new Masks(Map.of());
    private static volatile Level least = Level.info;
    private final Identity identity;

    Log(Identity identity) {
        this.identity = identity;
    }

    public void debug(String message) {
        debug(message, Map.of());
    }

    /** Fields are values that {@link Json#write} takes, or anything else by its text; an exception is written as its trace. */
    public void debug(String message, Map<String, ?> fields) {
        write(identity, Level.debug, message, fields);
    }

    public void info(String message) {
        info(message, Map.of());
    }

    public void info(String message, Map<String, ?> fields) {
        write(identity, Level.info, message, fields);
    }

    public void warning(String message) {
        warning(message, Map.of());
    }

    public void warning(String message, Map<String, ?> fields) {
        write(identity, Level.warning, message, fields);
    }

    public void error(String message) {
        error(message, Map.of());
    }

    public void error(String message, Map<String, ?> fields) {
        write(identity, Level.error, message, fields);
    }

    /** One of the contract's own lines, written whatever the level is. The identity may be null. */
    static void event(Identity identity, Level level, String name, String message, Map<String, ?> own) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("event", name);
        all.putAll(own);
        line(identity, level, message, all);
    }

    static void event(String name, String message) {
        event(null, Level.info, name, message, Map.of());
    }

    /** At level error, with the trace. */
    static void failure(Identity identity, String name, String message, Throwable thrown) {
        event(identity, Level.error, name, message, Map.of("trace", Masks.trace(thrown)));
    }

    static void configure(Level level, Map<String, String> env) {
        masks = new Masks(env);
        least = level;
    }

    /** What is printed becomes lines too, with the ids of the invocation whose thread prints it. */
    static void capturePrints() {
        System.setOut(new PrintStream(new Lines(Level.info), true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(new Lines(Level.warning), true, StandardCharsets.UTF_8));
    }

    /** This thread works for this invocation from now on; null for none. */
    static void attach(Identity identity) {
        if (identity == null) CURRENT.remove();
        else CURRENT.set(identity);
    }

    static void print(Level level, String text) {
        write(CURRENT.get(), level, text, Map.of());
    }

    private static void write(Identity identity, Level level, String message, Map<String, ?> fields) {
        if (level.compareTo(least) < 0) return;
        // Under "fields", so that none can pose as one of the SDK's own.
        line(identity, level, message, fields.isEmpty() ? Map.of() : Map.of("fields", fields));
    }

    private static void line(Identity identity, Level level, String message, Map<String, ?> rest) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        line.put("level", level.name());
        line.put("message", masks.text(String.valueOf(message)));
        if (identity != null) {
            line.put("requestId", identity.requestId());
            line.put("traceId", identity.traceId());
            line.put("spanId", identity.spanId());
        }
        rest.forEach((name, value) -> line.put(name, masks.json(value, 0)));
        byte[] bytes = (Json.write(line) + '\n').getBytes(StandardCharsets.UTF_8);
        synchronized (OUT) {
            try {
                OUT.write(bytes);
            } catch (IOException nobodyReads) {
                // That is no reason to stop serving.
            }
        }
    }
}
