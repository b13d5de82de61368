package dev.procode.agent;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads one text of RFC 8259, strictly, and bounded in depth: neither a deep nor a long text does more harm than its length. */
final class JsonParser {
    // Longer integers would take time with the square of their length.
    private static final int MAX_DIGITS = 1000;
    private static final int MAX_LONG_DIGITS = 18;
    private final String text;
    private int at;
    private int depth;

    JsonParser(String text) {
        this.text = text;
    }

    Object parse() {
        Object value = value();
        space();
        if (at < text.length()) throw wrong();
        return value;
    }

    private Object value() {
        space();
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", Boolean.TRUE);
            case 'f' -> word("false", Boolean.FALSE);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> members = new LinkedHashMap<>();
        enter();
        if (!accept('}')) {
            do {
                space();
                if (peek() != '"') throw wrong();
                String name = string();
                expect(':');
                members.put(name, value());
            } while (accept(','));
            expect('}');
        }
        depth--;
        return members;
    }

    private List<Object> array() {
        List<Object> items = new ArrayList<>();
        enter();
        if (!accept(']')) {
            do items.add(value());
            while (accept(','));
            expect(']');
        }
        depth--;
        return items;
    }

    private void enter() {
        at++;
        if (++depth > Json.MAX_DEPTH) throw wrong();
    }

    private String string() {
        int begin = ++at;
        while (peek() != '"' && peek() != '\\') plain();
        if (peek() == '"') return text.substring(begin, at++);
        StringBuilder out = new StringBuilder(text.substring(begin, at));
        while (peek() != '"') {
            if (peek() == '\\') {
                at++;
                out.append(escaped());
            } else {
                out.append(plain());
            }
        }
        at++;
        return out.toString();
    }

    private char plain() {
        char c = peek();
        if (c < 0x20) throw wrong();
        at++;
        return c;
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong();
        };
    }

    private char unicode() {
        int code = 0;
        for (int n = 0; n < 4; n++, at++) {
            char c = peek();
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) throw wrong();
            code = code << 4 | digit;
        }
        return (char) code;
    }

    private Number number() {
        int begin = at;
        if (at < text.length() && text.charAt(at) == '-') at++;
        int digits = at;
        digits();
        if (text.charAt(digits) == '0' && at > digits + 1) throw wrong();
        int length = at - digits;
        boolean whole = true;
        if (at < text.length() && text.charAt(at) == '.') {
            whole = false;
            at++;
            digits();
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            whole = false;
            at++;
            if (peek() == '+' || peek() == '-') at++;
            digits();
        }
        String number = text.substring(begin, at);
        if (!whole) return Double.valueOf(number);
        if (length <= MAX_LONG_DIGITS) return Long.valueOf(number);
        if (length > MAX_DIGITS) throw wrong();
        BigInteger big = new BigInteger(number);
        if (big.bitLength() < Long.SIZE) return big.longValue();
        return big;
    }

    private void digits() {
        int begin = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
        if (at == begin) throw wrong();
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) throw wrong();
        at += word.length();
        return value;
    }

    private boolean accept(char c) {
        space();
        if (peek() != c) return false;
        at++;
        return true;
    }

    private void expect(char c) {
        if (!accept(c)) throw wrong();
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }

    private char peek() {
        if (at >= text.length()) throw wrong();
        return text.charAt(at);
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("not JSON at character " + at);
    }
}
