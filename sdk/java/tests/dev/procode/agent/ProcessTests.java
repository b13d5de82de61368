package dev.procode.agent;

import static dev.procode.agent.AllTests.equal;
import static dev.procode.agent.AllTests.isTrue;
import static dev.procode.agent.AllTests.test;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

final class ProcessTests {
    private ProcessTests() {
    }

    static void run() {
        test("what is printed becomes lines with ids", () -> {
            try (RunningAgent agent = new RunningAgent("prints")) {
                agent.invoke("1");
                Map<?, ?> line = agent.line("printed 1 é");
                equal("info", line.get("level"));
                isTrue(line.get("requestId") instanceof String, line);
                equal("warning", agent.line("on error").get("level"));
                equal(Map.of("requestId", "forged", "event", "agent.stopped"), agent.line("posing").get("fields"));
            }
        });
        test("lines below the level are not written, the contract's own are", () -> {
            try (RunningAgent agent = new RunningAgent("prints", "PROCODE_LOG_LEVEL", "error")) {
                agent.invoke("1");
                agent.line("invocation.finished");
                isTrue(agent.lines().noneMatch(line -> line.get("message").equals("posing")), "posing");
            }
        });
        test("an error, an overflowing stack, a checked exception: each costs its invocation only", () -> {
            try (RunningAgent agent = new RunningAgent("fails")) {
                for (String input : List.of("\"error\"", "\"stack\"", "\"checked\"")) equal(500, agent.invoke(input).statusCode());
                equal(200, agent.invoke("\"none\"").statusCode());
            }
        });
        test("a record's misfit is the input's fault", () -> {
            try (RunningAgent agent = new RunningAgent("record")) {
                equal(400, agent.invoke("{\"n\":1.5}").statusCode());
                equal("[2]", agent.invoke("{\"n\":2}").body());
            }
        });
        test("a large answer arrives whole at a slow reader", () -> {
            try (RunningAgent agent = new RunningAgent("large", "PROCODE_MAX_OUTPUT_BYTES", "30000000"); Socket socket = new Socket("127.0.0.1", agent.port())) {
                String body = "20000000";
                String head = "POST /invoke HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n";
                socket.getOutputStream().write((head + body).getBytes(StandardCharsets.ISO_8859_1));
                InputStream in = socket.getInputStream();
                byte[] buffer = new byte[1 << 20];
                long total = 0;
                for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                    total += count;
                    Thread.sleep(2);
                }
                isTrue(total > 20_000_002 && total < 20_001_000, total);
            }
        });
        test("a method that nobody knows is 405", () -> {
            try (RunningAgent agent = new RunningAgent("fails"); Socket socket = new Socket("127.0.0.1", agent.port())) {
                socket.getOutputStream().write("FOO /invoke HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                isTrue(answer.startsWith("HTTP/1.1 405 "), answer);
            }
        });
        test("SIGINT stops as SIGTERM does, unless whoever started us ignores it", () -> {
            if (isIgnored(2)) {
                return;
            }
            try (RunningAgent agent = new RunningAgent("fails")) {
                new ProcessBuilder("kill", "-INT", Long.toString(agent.pid())).start().waitFor();
                equal(0, agent.exit());
            }
        });
        test("a taken port ends with 1", () -> {
            try (RunningAgent first = new RunningAgent("fails"); RunningAgent second = new RunningAgent("fails", "PORT", Integer.toString(first.port()))) {
                equal(1, second.exit());
            }
        });
        test("a runtime without signals stops by its hook", () -> {
            try (RunningAgent agent = new RunningAgent("fails", "TEST_JVM_FLAG", "--limit-modules=java.base,java.net.http")) {
                new ProcessBuilder("kill", "-TERM", Long.toString(agent.pid())).start().waitFor();
                equal(0, agent.exit());
                agent.line("agent.stopped");
            }
        });
    }

    // A shell that runs a program in the background has it ignore SIGINT; Java leaves it at that, and its children inherit it.
    private static boolean isIgnored(int signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).trim(), 16) & (1L << (signal - 1))) != 0);
        }
    }
}
