package dev.procode.agent;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that have come and were not used yet. */
final class Inbox {
    private byte[] bytes = new byte[1024];
    private int begin;
    private int end;

    int size() {
        return end - begin;
    }

    void add(ByteBuffer more) {
        if (bytes.length - end < more.remaining()) {
            byte[] room = size() + more.remaining() > bytes.length ? new byte[Math.max(2 * bytes.length, size() + more.remaining())] : bytes;
            System.arraycopy(bytes, begin, room, 0, size());
            end -= begin;
            begin = 0;
            bytes = room;
        }
        int count = more.remaining();
        more.get(bytes, end, count);
        end += count;
    }

    /** How many bytes stand before the mark, looking at the first so many bytes only; -1 when it isn't there. */
    int find(String mark, int within) {
        int last = begin + Math.min(size(), within) - mark.length();
        for (int at = begin; at <= last; at++) {
            int same = 0;
            while (same < mark.length() && bytes[at + same] == mark.charAt(same)) same++;
            if (same == mark.length()) return at - begin;
        }
        return -1;
    }

    /** Takes so many bytes, and passes over some after them. */
    byte[] take(int count, int over) {
        byte[] taken = Arrays.copyOfRange(bytes, begin, begin + count);
        skip(count + over);
        return taken;
    }

    String text(int count, int over) {
        return new String(take(count, over), StandardCharsets.ISO_8859_1);
    }

    /** Moves at most so many; returns how many. */
    int moveTo(ByteArrayOutputStream target, long most) {
        int count = (int) Math.min(most, size());
        target.write(bytes, begin, count);
        skip(count);
        return count;
    }

    void skip(int count) {
        begin += count;
        if (begin == end) begin = end = 0;
    }

    void clear() {
        begin = end = 0;
    }
}
