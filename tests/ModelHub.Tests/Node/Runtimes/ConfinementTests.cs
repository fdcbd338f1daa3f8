using System.Diagnostics;
using ModelHub.Node.Runtimes.Process;
using ModelHub.Tests.Onnx;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Node.Runtimes;

/// <summary>What a command may not do, tried by a command.</summary>
public sealed class ConfinementTests
{
    private const long Memory = 256L << 20;

    [Theory]
    [InlineData("socket.socket(socket.AF_INET)")]
    [InlineData("socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)")]
    [InlineData("socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)")]
    [InlineData("socket.socket(socket.AF_UNIX).connect('/run/systemd/notify')")]
    [InlineData("os.kill(os.getppid(), 0)")]
    [InlineData("subprocess.run(['/usr/bin/python3', '-I', '-c', 'import socket; socket.socket()'], check=True, stderr=subprocess.DEVNULL)")]
    [InlineData("bytearray(400 * 2**20)")]
    [InlineData("[] if len(os.sched_getaffinity(0)) == 1 and resource.getrlimit(resource.RLIMIT_CORE) == (0, 0) else print('more than one processor')")]
    public async Task It_is_refused(string tried)
    {
        PythonInterpreter.Needs();
        var script = $"""
            import os, resource, socket, subprocess
            try:
                if ({tried}) == []:
                    print('refused')
                else:
                    print('done')
            except (PermissionError, MemoryError, subprocess.CalledProcessError):
                print('refused')
            """;

        using var process = Start(script);

        Assert.Equal("refused", (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))?.Trim());
        process.StandardInput.Close();
    }

    [Fact]
    public async Task It_may_listen_on_a_unix_socket_and_ends_with_its_caller_and_all_its_children()
    {
        PythonInterpreter.Needs();
        using var process = Start("""
            import os, socket, subprocess, sys, time
            socket.socket(socket.AF_UNIX).bind(os.environ['MODELHUB_SOCKET'])
            child = subprocess.Popen(['/usr/bin/python3', '-I', '-c', 'import time; time.sleep(600)'])
            print(child.pid, flush=True)
            time.sleep(600)
            """);
        var child = int.Parse((await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!, System.Globalization.CultureInfo.InvariantCulture);

        process.StandardInput.Close();

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await Eventually.Holds(() => !Running(child), what: "the end of its child");
    }

    private static Process Start(string script)
    {
        var folder = new TemporaryFolder();
        var command = new ConfinedCommand(PythonInterpreter.Path, [PythonInterpreter.Path, "-I", "-c", script], Memory, Processors: 1);
        return Process.Start(command.StartInfo(folder.Path, folder.Path, Path.Combine(folder.Path, "s")))!;
    }

    // A child whose parent is gone waits as a zombie until somebody reaps it.
    private static bool Running(int id) => File.Exists($"/proc/{id}/stat") && !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
}
