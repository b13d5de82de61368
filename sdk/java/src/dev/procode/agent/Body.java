package dev.procode.agent;

import java.io.ByteArrayOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A request's body, put together from what has come so far. */
final class Body {
    private static final Pattern CHUNK_SIZE = Pattern.compile("([0-9A-Fa-f]{1,15})[ \\t]*(;[^\\x00-\\x08\\x0a-\\x1f\\x7f]*)?");
    private static final int MAX_LINE = 256;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final long limit;
    private final boolean chunked;
    private Part part;
    private long left;
    private int trailers;

    private enum Part { SIZE, DATA, DATA_END, TRAILER, WHOLE }

    /** 413 for a body that says it is longer than the limit. */
    Body(Request request, long limit) throws Failure {
        if (request.length() > limit) throw Failure.tooLarge(limit);
        this.limit = limit;
        chunked = request.length() < 0;
        left = Math.max(0, request.length());
        part = chunked ? Part.SIZE : left == 0 ? Part.WHOLE : Part.DATA;
    }

    /** Takes what it can; true when the body is whole. */
    boolean take(Inbox in) throws Failure {
        while (part != Part.WHOLE) {
            if (part == Part.DATA) {
                if (in.size() == 0) return false;
                left -= in.moveTo(bytes, left);
                if (left == 0) part = chunked ? Part.DATA_END : Part.WHOLE;
            } else {
                int end = in.find("\r\n", MAX_LINE);
                if (end < 0 && in.size() < MAX_LINE) return false;
                if (end < 0) throw Failure.badRequest("A line is too long.");
                line(in.text(end, 2));
            }
        }
        return true;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    private void line(String line) throws Failure {
        if (part == Part.SIZE) {
            Matcher match = CHUNK_SIZE.matcher(line);
            if (!match.matches()) throw Failure.badRequest("A chunk's size is not a number.");
            left = Long.parseLong(match.group(1), 16);
            if (bytes.size() + left > limit) throw Failure.tooLarge(limit);
            part = left == 0 ? Part.TRAILER : Part.DATA;
        } else if (part == Part.DATA_END) {
            if (!line.isEmpty()) throw Failure.badRequest("A chunk is not as long as it says.");
            part = Part.SIZE;
        } else if (line.isEmpty()) {
            part = Part.WHOLE;
        } else if (++trailers > Request.MAX_HEADERS) {
            throw Failure.badRequest("There are too many trailers.");
        }
    }
}
