package dev.procode.agent;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One request's answer. Everything here runs on the loop. */
final class Exchange {
    private static final long KEEP_ALIVE_MS = 15_000;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);
    private static final Map<Integer, String> REASONS = Map.ofEntries(
        Map.entry(200, "OK"), Map.entry(400, "Bad Request"), Map.entry(404, "Not Found"), Map.entry(405, "Method Not Allowed"), Map.entry(406, "Not Acceptable"),
        Map.entry(408, "Request Timeout"), Map.entry(413, "Content Too Large"), Map.entry(415, "Unsupported Media Type"), Map.entry(422, "Unprocessable Content"),
        Map.entry(431, "Request Header Fields Too Large"), Map.entry(500, "Internal Server Error"), Map.entry(503, "Service Unavailable"), Map.entry(504, "Gateway Timeout"));
    final Identity identity;
    final Connection connection;
    private final Loop loop;
    private final boolean head;
    private final boolean chunked;
    private final boolean closes;
    private final List<String> values = new ArrayList<>();
    private long length = 1;
    private boolean asStream;
    private boolean begun;
    private boolean done;
    private Loop.Timer keepAlive;

    /** The request is null when it could not be read. */
    Exchange(Loop loop, Connection connection, Request request, boolean stopping) {
        this.loop = loop;
        this.connection = connection;
        identity = request == null ? Identity.fresh() : Identity.of(request.all("x-request-id"), request.all("traceparent"), request.all("tracestate"));
        head = request != null && request.method().equals("HEAD");
        chunked = request != null && !request.old();
        closes = request == null || request.old() || stopping || request.list("connection").contains("close");
    }

    void json(int status, Object body) {
        send(status, Json.write(body), "", closes);
    }

    /** As an answer of its own, or as the last event when a stream has begun. The caller who has gone gets nothing. */
    void fail(Failure failure) {
        if (done) return;
        if (failure.status == 499) {
            finish(true);
        } else if (begun) {
            part("event: error\ndata: " + failure.body(identity.requestId()) + "\n\n");
            last();
        } else {
            send(failure.status, failure.body(identity.requestId()), failure.headers, closes || failure.closes());
        }
    }

    /** What the caller saw: 200 of a stream that had begun before the failure with this status. */
    int status(int ofFailure) {
        return begun ? 200 : ofFailure;
    }

    // What the function comes to, in the caller's form.

    void begin(boolean stream) {
        asStream = stream;
        if (stream) stayAlive();
    }

    /** One value of an event stream; <code>taken</code> is called when the caller has taken what was sent. */
    void event(String json, Runnable taken) {
        part("event: message\ndata: " + json + "\n\n");
        connection.whenTaken(taken);
    }

    /** One value of a JSON answer; returns the length of that in bytes so far. */
    long value(String json) {
        values.add(json);
        length += json.getBytes(StandardCharsets.UTF_8).length + 1;
        return length;
    }

    void end(boolean streaming) {
        if (done) return;
        if (asStream) {
            part("event: end\ndata: {}\n\n");
            last();
        } else {
            send(200, streaming ? '[' + String.join(",", values) + ']' : values.get(0), "", closes);
        }
    }

    private void part(String text) {
        if (!begun) {
            begun = true;
            String coding = chunked ? "Transfer-Encoding: chunked\r\n" : "";
            connection.write(headOf(200, "text/event-stream", "X-Accel-Buffering: no\r\n" + coding, closes).getBytes(StandardCharsets.ISO_8859_1));
        }
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        connection.write(chunked ? concat(Integer.toHexString(data.length) + "\r\n", data, "\r\n") : data);
        stayAlive();
    }

    private void stayAlive() {
        if (keepAlive != null) keepAlive.cancel();
        keepAlive = loop.schedule(KEEP_ALIVE_MS, () -> {
            // A caller who takes nothing needs no comments: they would only pile up.
            if (connection.hasTakenAll()) part(":\n\n");
            else stayAlive();
        });
    }

    private void last() {
        if (chunked) connection.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        finish(closes);
    }

    private void send(int status, String text, String headers, boolean closing) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        boolean ends = closing || connection.hasUnreadBody();
        String top = headOf(status, "application/json", headers + "Content-Length: " + body.length + "\r\n", ends);
        connection.write(concat(top, head ? new byte[0] : body, ""));
        finish(ends);
    }

    private void finish(boolean ends) {
        done = true;
        if (keepAlive != null) keepAlive.cancel();
        connection.answered(ends || connection.hasUnreadBody());
    }

    private String headOf(int status, String type, String headers, boolean ends) {
        return "HTTP/1.1 " + status + ' ' + REASONS.getOrDefault(status, "Status") + "\r\nDate: " + ZonedDateTime.now(ZoneOffset.UTC).format(DATE)
            + "\r\nContent-Type: " + type + "\r\n" + headers + "X-Request-Id: " + identity.requestId()
            + "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n" + (ends || connection.hasUnreadBody() ? "Connection: close\r\n" : "") + "\r\n";
    }

    private static byte[] concat(String before, byte[] data, String after) {
        byte[] all = new byte[before.length() + data.length + after.length()];
        System.arraycopy(before.getBytes(StandardCharsets.ISO_8859_1), 0, all, 0, before.length());
        System.arraycopy(data, 0, all, before.length(), data.length);
        System.arraycopy(after.getBytes(StandardCharsets.ISO_8859_1), 0, all, before.length() + data.length, after.length());
        return all;
    }
}
