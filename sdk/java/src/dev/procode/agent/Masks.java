package dev.procode.agent;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Replaces the values of secret variables in whatever is logged. */
final class Masks {
    private static final Pattern SECRET_NAME = Pattern.compile("SECRET|TOKEN|PASSWORD|CREDENTIAL|KEY", Pattern.CASE_INSENSITIVE);
    private static final int MIN_SECRET = 8;
    private static final int MAX_TEXT = 16 * 1024;
    private static final int MAX_DEPTH = 10;
    private final List<String> values;

    Masks(Map<String, String> env) {
        // Longest first, so that a secret inside another one doesn't leave the rest of it standing.
        values = env.entrySet().stream().filter(one -> one.getValue().length() >= MIN_SECRET && SECRET_NAME.matcher(one.getKey()).find())
            .map(Map.Entry::getValue).distinct().sorted(Comparator.comparingInt(String::length).reversed()).toList();
    }

    String text(String text) {
        // Masked before it is cut: half a secret would no longer be recognized.
        for (String value : values) text = text.replace(value, "***");
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + '…';
    }

    /** The value as something that JSON can hold. */
    Object json(Object value, int depth) {
        if (value == null || value instanceof Boolean || value instanceof Integer || value instanceof Long || value instanceof BigInteger || value instanceof BigDecimal
            || value instanceof Double number && Double.isFinite(number)) return value;
        if (value instanceof Throwable thrown) return text(trace(thrown));
        try {
            if (value instanceof Map<?, ?> map && depth < MAX_DEPTH) {
                Map<String, Object> masked = new LinkedHashMap<>();
                map.forEach((name, item) -> masked.put(text(string(name)), json(item, depth + 1)));
                return masked;
            }
            if (value instanceof Iterable<?> items && depth < MAX_DEPTH) {
                List<Object> masked = new ArrayList<>();
                for (Object item : items) masked.add(json(item, depth + 1));
                return masked;
            }
        } catch (RuntimeException changing) {
            // Somebody else changes it just now. A log line must not fail because of what it tells about.
        }
        return text(string(value));
    }

    static String trace(Throwable thrown) {
        StringWriter text = new StringWriter();
        try {
            thrown.printStackTrace(new PrintWriter(text));
            return text.toString();
        } catch (RuntimeException | StackOverflowError broken) {
            return thrown.getClass().getName();
        }
    }

    private static String string(Object value) {
        try {
            return String.valueOf(String.valueOf(value));
        } catch (RuntimeException | StackOverflowError broken) {
            return '<' + value.getClass().getName() + '>';
        }
    }
}
