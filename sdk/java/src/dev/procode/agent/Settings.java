package dev.procode.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The variables of the contract. Times are in milliseconds. */
record Settings(int port, String host, int maxBody, int maxOutput, int maxInvocations, long invokeMs, long readMs, long stopMs, Log.Level logLevel) {
    /** IllegalArgumentException says which variables can't be used, and why. */
    static Settings read(Map<String, String> env) {
        Reader reader = new Reader(env, new ArrayList<>());
        Settings settings = new Settings(
            (int) reader.whole("PORT", 8080, 0, 65535), env.getOrDefault("PROCODE_HOST", "0.0.0.0"), (int) reader.whole("PROCODE_MAX_BODY_BYTES", 1 << 20, 1, 1 << 30),
            (int) reader.whole("PROCODE_MAX_OUTPUT_BYTES", 16 << 20, 1, 1 << 30), (int) reader.whole("PROCODE_MAX_INVOCATIONS", 16, 1, 10_000), reader.milliseconds("PROCODE_INVOKE_SECONDS", 120),
            reader.milliseconds("PROCODE_READ_SECONDS", 15), reader.milliseconds("PROCODE_STOP_SECONDS", 25), reader.level());
        if (!reader.problems.isEmpty()) throw new IllegalArgumentException(String.join("; ", reader.problems));
        return settings;
    }

    private record Reader(Map<String, String> env, List<String> problems) {
        long whole(String name, long byDefault, long least, long most) {
            String text = env.getOrDefault(name, Long.toString(byDefault));
            if (text.matches("[0-9]{1,15}") && Long.parseLong(text) >= least && Long.parseLong(text) <= most) return Long.parseLong(text);
            problems.add(name + " must be a whole number from " + least + " to " + most);
            return byDefault;
        }

        long milliseconds(String name, int byDefault) {
            String text = env.getOrDefault(name, Integer.toString(byDefault));
            if (text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?") && Double.parseDouble(text) > 0) return Math.max(1, Math.round(Double.parseDouble(text) * 1000));
            problems.add(name + " must be a positive number of seconds");
            return byDefault;
        }

        Log.Level level() {
            String text = env.getOrDefault("PROCODE_LOG_LEVEL", "info");
            for (Log.Level level : Log.Level.values()) if (level.name().equals(text)) return level;
            problems.add("PROCODE_LOG_LEVEL must be one of debug, info, warning, error");
            return Log.Level.info;
        }
    }
}
