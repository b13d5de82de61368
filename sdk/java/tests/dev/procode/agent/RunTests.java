package dev.procode.agent;

import static dev.procode.agent.AllTests.equal;
import static dev.procode.agent.AllTests.isTrue;
import static dev.procode.agent.AllTests.test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The launcher from sources; the working directory is this SDK's. */
final class RunTests {
    private static final Path LAUNCHER = Path.of("src", "Run.java").toAbsolutePath();

    private RunTests() {
    }

    private record Ended(int code, String output) {
    }

    static void run() {
        test("a class runs with what it refers to, its resources and its arguments, and nothing is written", () -> inProject(project -> {
            write(project, "src/Main.java", """
                public class Main {
                    public static void main(String[] arguments) throws Exception {
                        System.out.print(new other.Helper().text(arguments) + new String(Main.class.getResourceAsStream("/data.txt").readAllBytes()));
                    }
                }
                """);
            write(project, "src/other/Helper.java", "package other; public class Helper { public String text(String[] all) { return String.join(\"+\", all); } }");
            write(project, "src/data.txt", " data");
            write(project, "src/Unused.java", "this is no Java");
            equal(new Ended(0, "a+b data"), launch(project, "Main", "a", "b"));
            try (Stream<Path> files = Files.walk(project)) {
                equal(4L, files.filter(Files::isRegularFile).count());
            }
        }));
        test("what does not compile ends with 1 and says where", () -> inProject(project -> {
            write(project, "src/Main.java", "public class Main { public static void main(String[] a) { new Helper(); } }");
            write(project, "test/Helper.java", "class Helper {\n    int x = \"text\";\n}");
            Ended ended = launch(project, "Main");
            isTrue(ended.code == 1 && ended.output.contains("Helper.java:2"), ended);
        }));
        test("a class that is missing ends with 1 and its name", () -> inProject(project -> {
            write(project, "src/Main.java", "");
            Ended ended = launch(project, "Nothing");
            isTrue(ended.code == 1 && ended.output.contains("Nothing"), ended);
        }));
        test("an exception is the program's own", () -> inProject(project -> {
            write(project, "src/Main.java", "public class Main {\n    public static void main(String[] a) {\n        throw new IllegalStateException(\"mine\");\n    }\n}");
            Ended ended = launch(project, "Main");
            isTrue(ended.code == 1 && ended.output.contains("IllegalStateException: mine") && ended.output.contains("Main.java:3"), ended);
        }));
    }

    private interface Use {
        void of(Path project) throws IOException, InterruptedException;
    }

    private static void inProject(Use use) throws IOException, InterruptedException {
        Path project = Files.createTempDirectory("procode-run");
        try {
            use.of(project);
        } finally {
            try (Stream<Path> files = Files.walk(project)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
            }
        }
    }

    private static void write(Path project, String name, String text) throws IOException {
        Files.createDirectories(project.resolve(name).getParent());
        Files.writeString(project.resolve(name), text);
    }

    private static Ended launch(Path project, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(RunningAgent.java(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }
}
