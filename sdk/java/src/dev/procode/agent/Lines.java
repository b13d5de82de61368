package dev.procode.agent;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Standard output or error as lines of the log. Each thread has its own unfinished line, so that two don't mix theirs. */
final class Lines extends OutputStream {
    private static final int MAX_LINE = 64 * 1024;
    private final Log.Level level;
    private final ThreadLocal<ByteArrayOutputStream> line = ThreadLocal.withInitial(ByteArrayOutputStream::new);

    Lines(Log.Level level) {
        this.level = level;
    }

    @Override
    public void write(int one) {
        ByteArrayOutputStream unfinished = line.get();
        if (one != '\n') unfinished.write(one);
        if (one != '\n' && unfinished.size() < MAX_LINE) return;
        line.remove();
        String text = unfinished.toString(StandardCharsets.UTF_8).stripTrailing();
        if (!text.isEmpty()) Log.print(level, text);
    }
}
