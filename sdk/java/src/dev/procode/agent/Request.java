package dev.procode.agent;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request's head. The path is without the query, otherwise as it came; headers are by lower-case name; the length is the body's, -1 when that is
 * chunked; old is HTTP/1.0.
 */
record Request(String method, String path, Map<String, List<String>> headers, long length, boolean old) {
    static final int MAX_HEAD = 16 * 1024;
    static final int MAX_HEADERS = 100;
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern REQUEST_LINE = Pattern.compile("(" + TOKEN + ") ([\\x21-\\x7e]+) HTTP/1\\.([01])");
    private static final Pattern NAME = Pattern.compile(TOKEN);
    private static final Pattern ABSOLUTE = Pattern.compile("^https?://[^/?#]*", Pattern.CASE_INSENSITIVE);

    /** From the bytes before the empty line. */
    static Request parse(byte[] head, int length) throws Failure {
        String[] lines = new String(head, 0, length, StandardCharsets.ISO_8859_1).split("\r\n", -1);
        Matcher match = REQUEST_LINE.matcher(lines[0]);
        if (!match.matches()) throw Failure.badRequest("The request line is not HTTP/1.1.");
        if (lines.length - 1 > MAX_HEADERS) throw Failure.headersTooLarge();
        Map<String, List<String>> headers = new HashMap<>();
        for (int at = 1; at < lines.length; at++) {
            int colon = lines[at].indexOf(':');
            if (colon < 0 || !NAME.matcher(lines[at].substring(0, colon)).matches()) throw Failure.badRequest("A header is not well formed.");
            headers.computeIfAbsent(lines[at].substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>()).add(value(lines[at].substring(colon + 1)));
        }
        boolean old = match.group(3).equals("0");
        int hosts = headers.getOrDefault("host", List.of()).size();
        if (hosts > 1 || hosts == 0 && !old) throw Failure.badRequest("There must be one Host header.");
        String path = ABSOLUTE.matcher(match.group(2)).replaceFirst("");
        int query = path.indexOf('?');
        if (query >= 0) path = path.substring(0, query);
        return new Request(match.group(1), path.isEmpty() ? "/" : path, headers, bodyLength(headers, old), old);
    }

    private static String value(String text) throws Failure {
        int begin = 0, end = text.length();
        while (begin < end && isSpace(text.charAt(begin))) begin++;
        while (end > begin && isSpace(text.charAt(end - 1))) end--;
        for (int at = begin; at < end; at++) {
            char c = text.charAt(at);
            if (c < 0x20 && c != '\t' || c == 0x7f) throw Failure.badRequest("A header is not well formed.");
        }
        return text.substring(begin, end);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    /** Where two readers could disagree about the end of a body, a second request could hide: such a request is refused. */
    private static long bodyLength(Map<String, List<String>> headers, boolean old) throws Failure {
        List<String> lengths = headers.getOrDefault("content-length", List.of());
        List<String> codings = headers.getOrDefault("transfer-encoding", List.of());
        if (!codings.isEmpty()) {
            if (!lengths.isEmpty() || old || codings.size() > 1 || !codings.get(0).equalsIgnoreCase("chunked"))
                throw Failure.badRequest("Transfer-Encoding must be chunked, and stand alone.");
            return -1;
        }
        if (lengths.isEmpty()) return 0;
        if (lengths.size() > 1 || !lengths.get(0).matches("[0-9]{1,18}")) throw Failure.badRequest("Content-Length must be one number.");
        return Long.parseLong(lengths.get(0));
    }

    boolean hasBody() {
        return length != 0;
    }

    List<String> all(String name) {
        return headers.getOrDefault(name, List.of());
    }

    /** The items of a header that is a comma-separated list, in lower case. */
    List<String> list(String name) {
        List<String> items = new ArrayList<>();
        for (String value : all(name)) {
            for (String item : value.split(",")) if (!item.isBlank()) items.add(item.strip().toLowerCase(Locale.ROOT));
        }
        return items;
    }

    /** 415 for a body that is not said to be JSON in UTF-8. */
    void requireJson() throws Failure {
        List<String> types = all("content-type");
        String[] parts = (types.size() == 1 ? types.get(0) : "").toLowerCase(Locale.ROOT).split(";");
        String type = parts.length == 0 ? "" : parts[0].strip();
        boolean fits = type.equals("application/json") || type.startsWith("application/") && type.endsWith("+json");
        for (int at = 1; at < parts.length; at++) {
            String part = parts[at].strip();
            if (part.startsWith("charset=") && !part.substring("charset=".length()).replace("\"", "").strip().matches("utf-?8")) fits = false;
        }
        if (!fits) throw new Failure(415, "UNSUPPORTED_MEDIA_TYPE", "The body must be application/json in UTF-8.");
    }

    /** Whether the answer is an event stream; 406 when the caller takes neither form. */
    boolean wantsStream(boolean streaming) throws Failure {
        List<String> items = list("accept");
        if (items.isEmpty()) return false;
        Map<String, Double> qualities = new HashMap<>();
        for (String item : items) {
            String[] parts = item.split(";");
            double quality = 1;
            for (int at = parts.length - 1; at > 0; at--) {
                String part = parts[at].strip();
                if (part.startsWith("q=")) quality = part.substring(2).strip().matches("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?") ? Double.parseDouble(part.substring(2).strip()) : 0;
            }
            if (parts.length > 0) qualities.merge(parts[0].strip(), quality, Math::max);
        }
        double stream = qualities.getOrDefault("text/event-stream", 0.0);
        double value = qualities.getOrDefault("application/json", qualities.getOrDefault("application/*", qualities.getOrDefault("*/*", 0.0)));
        if (stream == 0 && value == 0) throw new Failure(406, "NOT_ACCEPTABLE", "The answer is application/json or text/event-stream.");
        return stream > value || stream == value && streaming;
    }
}
