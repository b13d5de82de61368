using ProCode.Dev;

namespace ProCode.Deployments.ProcessTarget;

/// <summary>Agents that behave, and agents that don't.</summary>
internal static class Agents
{
    public static IReadOnlyDictionary<string, string> Good(string version) => SampleAgent.Files(version);

    /// <summary>Answers /environ with what it sees of its surroundings.</summary>
    public static IReadOnlyDictionary<string, string> Telling { get; } = Serving("""
        body = json.dumps({"environ": dict(os.environ), "uid": os.getuid(), "cwd": os.getcwd(), "home_writable": os.access(os.environ["HOME"], os.W_OK),
            "sid": os.getsid(0), "pid": os.getpid(), "fds": sorted(os.listdir("/proc/self/fd"))}).encode()
        """);

    public static IReadOnlyDictionary<string, string> NeverHealthy { get; } = Serving("status, body = 503, b'not yet'");

    public static IReadOnlyDictionary<string, string> DeafToTerminate { get; } =
        Serving("body = b'ok'", "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nif os.fork() == 0:\n    signal.pause()");

    /// <summary>Its port is taken at its first start.</summary>
    public static IReadOnlyDictionary<string, string> Unlucky { get; } = Serving("body = b'ok'", """
        taken = pathlib.Path(os.environ["HOME"], "taken")
        if not taken.exists():
            taken.write_text(os.environ["PORT"])
            raise OSError(98, "Address already in use")
        """);

    public static IReadOnlyDictionary<string, string> Crashing { get; } = new Dictionary<string, string>
    {
        ["main.py"] = """
            import os, sys
            print("reading the settings")
            print("the key is", os.environ["API_KEY"], file=sys.stderr)
            sys.exit(3)
            """,
    };

    private static Dictionary<string, string> Serving(string answer, string start = "") => new()
    {
        ["main.py"] = $$"""
            import http.server, json, os, pathlib, signal
            {{start}}
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    status = 200
                    {{answer.ReplaceLineEndings(" ")}}
                    self.send_response(status)
                    self.end_headers()
                    self.wfile.write(body)
            http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
            """,
    };
}
