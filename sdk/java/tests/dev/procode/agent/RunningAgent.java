package dev.procode.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One of TestAgents as its own process, with everything it has logged. */
final class RunningAgent implements AutoCloseable {
    private static final long PATIENCE_MS = 60_000;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Process process;

    RunningAgent(String kind, String... settings) throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(Map.of("PORT", "0", "PROCODE_HOST", "127.0.0.1"));
        for (int at = 0; at < settings.length; at += 2) environment.put(settings[at], settings[at + 1]);
        List<String> command = new ArrayList<>(List.of(java(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        if (environment.containsKey("TEST_JVM_FLAG")) command.add(environment.remove("TEST_JVM_FLAG"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.procode.agent.TestAgents", kind));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        process = builder.start();
        Thread reader = new Thread(this::read);
        reader.setDaemon(true);
        reader.start();
        if (environment.get("PORT").equals("0")) {
            line("agent.started");
            while (get("/ready").statusCode() != 200) Thread.sleep(10);
        }
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    long pid() {
        return process.pid();
    }

    int port() throws InterruptedException {
        return ((Long) line("agent.started").get("port")).intValue();
    }

    int exit() throws InterruptedException {
        if (!process.waitFor(PATIENCE_MS, TimeUnit.MILLISECONDS)) throw new AssertionError("it has not ended");
        return process.exitValue();
    }

    Stream<Map<?, ?>> lines() {
        return lines.stream().map(line -> (Map<?, ?>) Json.parse(line));
    }

    /** The first line with this event or message, also when it is still to come. */
    Map<?, ?> line(String what) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        while (true) {
            var found = lines().filter(line -> what.equals(line.get("event")) || what.equals(line.get("message"))).findFirst();
            if (found.isPresent()) return found.get();
            if (System.nanoTime() > end) throw new AssertionError("no line " + what + " in " + lines);
            Thread.sleep(10);
        }
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> invoke(String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri("/invoke")).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) throws InterruptedException {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    private void read() {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) lines.add(line);
        } catch (IOException ended) {
            // With the process.
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
