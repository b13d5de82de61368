using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace ProCode.Dev;

/// <summary>Passes one HTTP request to <c>git http-backend</c> (CGI) and its answer back, streaming both ways.</summary>
internal static class GitHttpBackend
{
    /// <summary>Git as a server runs it: without this user's settings, so that the same server behaves the same everywhere.</summary>
    public static ProcessStartInfo NewGit()
    {
        var start = new ProcessStartInfo("git") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        return start;
    }

    public static async Task AnswerAsync(HttpContext http, string root)
    {
        var request = http.Request;
        var start = NewGit();
        start.ArgumentList.Add("http-backend");
        var variables = new Dictionary<string, string?>
        {
            ["GIT_PROJECT_ROOT"] = root,
            ["GIT_HTTP_EXPORT_ALL"] = "1",
            ["GIT_PROTOCOL"] = request.Headers["Git-Protocol"].ToString(),
            ["PATH_INFO"] = request.Path.Value,
            ["QUERY_STRING"] = request.QueryString.ToString().TrimStart('?'),
            ["REQUEST_METHOD"] = request.Method,
            ["CONTENT_TYPE"] = request.ContentType ?? "",
            ["HTTP_CONTENT_ENCODING"] = request.Headers.ContentEncoding.ToString(),
            ["REMOTE_USER"] = "developer",
            ["REMOTE_ADDR"] = "127.0.0.1",
        };
        // A chunked body has no length; http-backend then reads to the end, as it does for an empty body.
        if (request.ContentLength is { } length)
            variables["CONTENT_LENGTH"] = length.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(http.RequestAborted);
            var asking = SendBodyAsync(request, process, http.RequestAborted);
            await using var output = new BufferedStream(process.StandardOutput.BaseStream); // the header is read byte by byte
            await ReadHeadersAsync(output, http.Response);
            await output.CopyToAsync(http.Response.Body, http.RequestAborted);
            await asking;
            await errors;
            await process.WaitForExitAsync(http.RequestAborted);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static async Task SendBodyAsync(HttpRequest request, Process process, CancellationToken cancellation)
    {
        try
        {
            await request.Body.CopyToAsync(process.StandardInput.BaseStream, cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // Git has heard enough: it answers an error without reading the rest.
        }
    }

    private static async Task ReadHeadersAsync(Stream output, HttpResponse response)
    {
        var line = new List<byte>(80);
        var one = new byte[1];
        while (await output.ReadAsync(one) == 1)
        {
            if (one[0] != '\n')
            {
                line.Add(one[0]);
                continue;
            }

            var text = Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
            line.Clear();
            if (text.Length == 0)
                return;
            var (name, value) = (text[..text.IndexOf(':', StringComparison.Ordinal)], text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
            if (name.Equals("Status", StringComparison.OrdinalIgnoreCase))
                response.StatusCode = int.Parse(value.AsSpan(0, 3), CultureInfo.InvariantCulture);
            else
                response.Headers[name] = value;
        }
    }
}
