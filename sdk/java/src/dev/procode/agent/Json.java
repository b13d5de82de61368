package dev.procode.agent;

import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;

/**
 * JSON in and out. A value is null, Boolean, Long, BigInteger (up to 1000 digits), Double, String, List or Map&lt;String, Object&gt; in the order of
 * the text; of two members with one name the last counts. Nested at most 500 levels.
 */
public final class Json {
    static final int MAX_DEPTH = 500;

    private Json() {
    }

    /** The value of a text; IllegalArgumentException for what isn't JSON. */
    public static Object parse(String text) {
        return new JsonParser(text).parse();
    }

    /**
     * One line of JSON. Beside the values that {@link #parse} gives: records by their components, any Number, CharSequence, Iterable, array, enum
     * (its name) and Optional. Anything else, NaN, infinities and what is nested too deeply (such as a list in itself) are an IllegalArgumentException.
     */
    public static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out, 0);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out, int depth) {
        if (depth > MAX_DEPTH) throw new IllegalArgumentException("it is nested deeper than " + MAX_DEPTH + " levels");
        if (value == null || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Number number) {
            writeNumber(number, out);
        } else if (value instanceof CharSequence || value instanceof Character) {
            writeText(value.toString(), out);
        } else if (value instanceof Enum<?> one) {
            writeText(one.name(), out);
        } else if (value instanceof Optional<?> optional) {
            write(optional.orElse(null), out, depth);
        } else if (value instanceof Map<?, ?> map) {
            writeMap(map, out, depth);
        } else if (value instanceof Iterable<?> items) {
            char before = '[';
            for (Object item : items) {
                write(item, out.append(before), depth + 1);
                before = ',';
            }
            out.append(before == '[' ? "[]" : "]");
        } else if (value instanceof Record one) {
            writeRecord(one, out, depth);
        } else if (value.getClass().isArray()) {
            for (int at = 0; at < Array.getLength(value); at++) write(Array.get(value, at), out.append(at == 0 ? '[' : ','), depth + 1);
            out.append(Array.getLength(value) == 0 ? "[]" : "]");
        } else {
            throw new IllegalArgumentException("it holds a " + value.getClass().getName());
        }
    }

    private static void writeNumber(Number number, StringBuilder out) {
        if (!Double.isFinite(number.doubleValue()) && !(number instanceof BigInteger || number instanceof BigDecimal))
            throw new IllegalArgumentException("it holds " + number);
        out.append(number);
    }

    private static void writeMap(Map<?, ?> map, StringBuilder out, int depth) {
        char before = '{';
        for (Map.Entry<?, ?> member : map.entrySet()) {
            writeText(String.valueOf(member.getKey()), out.append(before));
            write(member.getValue(), out.append(':'), depth + 1);
            before = ',';
        }
        out.append(before == '{' ? "{}" : "}");
    }

    private static void writeRecord(Record value, StringBuilder out, int depth) {
        RecordComponent[] components = value.getClass().getRecordComponents();
        for (int at = 0; at < components.length; at++) {
            writeText(components[at].getName(), out.append(at == 0 ? '{' : ','));
            write(Records.component(value, components[at]), out.append(':'), depth + 1);
        }
        out.append(components.length == 0 ? "{}" : "}");
    }

    private static void writeText(String text, StringBuilder out) {
        out.append('"');
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c < 0x20) {
                escape(c, out);
            } else if (Character.isHighSurrogate(c) && at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))) {
                out.append(c).append(text.charAt(++at));
            } else if (Character.isSurrogate(c)) {
                escape(c, out); // Half a character: UTF-8 can't have it, JSON can.
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private static void escape(char c, StringBuilder out) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) out.append(Character.forDigit(c >> shift & 0xf, 16));
    }
}
