import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * Runs a project from its sources, without a build tool and without writing a file: <code>java procode-agent/Run.java Main [arguments]</code>. The class and whatever it
 * refers to are compiled in memory, from the folders <code>src</code>, <code>test</code> and <code>procode-agent</code>; jars in <code>lib</code> are on the class path.
 * (Before Java 22 the launcher itself compiles one file only, and doesn't look for others.) The exit code is 1 when something doesn't compile.
 */
final class Run {
    private static final List<String> SOURCES = List.of("src", "test", "procode-agent");
    private static final String LIBRARIES = "lib";

    private Run() {
    }

    public static void main(String[] arguments) throws Throwable {
        if (arguments.length == 0) throw new IllegalArgumentException("usage: java procode-agent/Run.java <class> [arguments]");
        List<Path> sources = SOURCES.stream().map(Path::of).filter(Files::isDirectory).toList();
        List<Path> libraries = libraries();
        Map<String, byte[]> classes = compile(arguments[0], sources, libraries);
        if (classes == null) System.exit(1);

        List<URL> path = new ArrayList<>();
        for (Path one : Stream.concat(sources.stream(), libraries.stream()).toList()) path.add(one.toUri().toURL());
        Thread.currentThread().setContextClassLoader(new Classes(classes, path));
        Method main = Class.forName(arguments[0], true, Thread.currentThread().getContextClassLoader()).getMethod("main", String[].class);
        main.setAccessible(true);
        try {
            main.invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    private static List<Path> libraries() throws IOException {
        Path folder = Path.of(LIBRARIES);
        if (!Files.isDirectory(folder)) return List.of();
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }

    /** The classes by name; null, with the errors on standard error, when they don't compile. */
    private static Map<String, byte[]> compile(String name, List<Path> sources, List<Path> libraries) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) throw new IllegalStateException("this is a Java runtime without a compiler: a JDK is needed");
        Map<String, ByteArrayOutputStream> written = new HashMap<>();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(found, null, null)) {
            files.setLocationFromPaths(StandardLocation.SOURCE_PATH, sources);
            files.setLocationFromPaths(StandardLocation.CLASS_PATH, libraries);
            JavaFileObject first = files.getJavaFileForInput(StandardLocation.SOURCE_PATH, name, JavaFileObject.Kind.SOURCE);
            if (first == null) throw new ClassNotFoundException(name + " has no source in " + sources);
            List<String> options = List.of("-proc:none", "-implicit:class", "-nowarn", "-Xlint:none");
            boolean compiled = compiler.getTask(null, new InMemory(files, written), found, options, null, List.of(first)).call();
            for (Diagnostic<?> one : found.getDiagnostics()) if (one.getKind() == Diagnostic.Kind.ERROR) System.err.println(one);
            if (!compiled) return null;
        } catch (ClassNotFoundException missing) {
            System.err.println(missing.getMessage());
            return null;
        }
        Map<String, byte[]> classes = new HashMap<>();
        written.forEach((one, bytes) -> classes.put(one, bytes.toByteArray()));
        return classes;
    }

    private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written;

        InMemory(JavaFileManager files, Map<String, ByteArrayOutputStream> written) {
            super(files);
            this.written = written;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + name.replace('.', '/') + kind.extension), kind) {
                @Override
                public OutputStream openOutputStream() {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    written.put(name, bytes);
                    return bytes;
                }
            };
        }
    }

    /** Finds resources next to the sources, and in the jars. */
    private static final class Classes extends URLClassLoader {
        private final Map<String, byte[]> classes;

        Classes(Map<String, byte[]> classes, List<URL> path) throws MalformedURLException {
            super(path.toArray(URL[]::new));
            this.classes = classes;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = classes.get(name);
            return bytes == null ? super.findClass(name) : defineClass(name, bytes, 0, bytes.length);
        }
    }
}
