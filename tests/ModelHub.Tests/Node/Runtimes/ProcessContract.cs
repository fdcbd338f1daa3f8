using Microsoft.Extensions.Logging.Abstractions;
using ModelHub.Node.Runtimes;
using ModelHub.Node.Runtimes.Process;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Node.Runtimes;

/// <summary>A command of one's own: a server of a few lines that needs nothing but Python.</summary>
public sealed class ProcessContract : RuntimeContract
{
    private const string Server = """
        import http.server, json, os, socketserver, sys, time
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                port = lambda name, columns: [{"name": name, "datatype": "FP32", "shape": [-1, columns]}]
                self.reply({"inputs": port("x", 3), "outputs": port("y", 1)})
            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                x = asked["inputs"][0]["data"]
                if x[0] == 666:
                    os._exit(3)
                time.sleep(float(sys.argv[2]))
                y = [x[i] + 2 * x[i + 1] + 3 * x[i + 2] + 0.5 for i in range(0, len(x), 3)]
                self.reply({"outputs": [{"name": "y", "datatype": "FP32", "shape": [len(y), 1], "data": y}]})
            def reply(self, document):
                body = json.dumps(document).encode()
                self.send_response_only(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
        class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
            daemon_threads, request_queue_size = True, 128
        Server(sys.argv[1], Handler).serve_forever()
        """;

    [Fact]
    public async Task One_that_ends_is_unavailable_for_a_moment_and_comes_back()
    {
        await using var instance = await OpenAsync();

        var ended = await Assert.ThrowsAsync<RunException>(() => AskAsync(instance, 666, 0, 0));

        Assert.Equal(RunFault.Unavailable, ended.Fault);
        await Eventually.Holds(async () =>
        {
            try
            {
                return (await AskAsync(instance, 1, 1, 1))[0] == 6.5f;
            }
            catch (RunException e) when (e.Fault == RunFault.Unavailable)
            {
                return false;
            }
        }, TimeSpan.FromSeconds(20), "an answer of the next process");
    }

    [Fact]
    public async Task One_that_never_listens_is_told_with_its_last_words()
    {
        PythonInterpreter.Needs();
        var (instance, problem) = await Runtime().OpenAsync(Assigned("process", "process", Declared), Definition("0", "import sys; sys.exit('no such weights')"), Ct);

        Assert.Null(instance);
        Assert.Equal(("refused", "no such weights"), (problem!.Reason, problem.Message));
    }

    private protected override Task<RuntimeInstance> OpenAsync() => OpenAsync("0");

    private protected override Task<RuntimeInstance> OpenSlowAsync() => OpenAsync("20");

    private Task<RuntimeInstance> OpenAsync(string seconds)
    {
        PythonInterpreter.Needs();
        return OpenAsync(Runtime(), Assigned("process", "process", Declared), Definition(seconds, Server));
    }

    private static CommandVersions Runtime() => new(Options(("Runtimes:Python", PythonInterpreter.Path)), NullLogger<CommandVersions>.Instance);

    private string Definition(string seconds, string program)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, $"{Guid.NewGuid():n}")).FullName;
        File.WriteAllText(Path.Combine(folder, "server.py"), program);
        File.WriteAllText(Path.Combine(folder, "runtime.json"), $$"""{"command":["{{PythonInterpreter.Path}}","server.py","{socket}","{{seconds}}"]}""");
        return Path.Combine(folder, "runtime.json");
    }
}
