using System.Diagnostics;
using ModelHub.Onnx.Validation;
using ModelHub.Tests.Node;
using ModelHub.Tests.Onnx;

namespace ModelHub.Tests.Router;

/// <summary>A node in a process of its own, to be killed in the middle of its work.</summary>
internal sealed class NodeProcess : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Process process;

    public NodeProcess(FakeApi api, string name)
        : this(api.Address.ToString(), FakeApi.JoinToken, name)
    {
    }

    public NodeProcess(string api, string joinToken, string name)
    {
        var command = ValidationCommand.Of(typeof(ModelHub.Node.Program).Assembly);
        process = Process.Start(new ProcessStartInfo(command.FileName,
        [
            .. command.Arguments, "--Api", api, "--Name", name, "--JoinToken", joinToken, "--Data", folder.Path,
            "--Urls", "http://127.0.0.1:0", "--Limits:ValidateFirst", "0", "--Logging:LogLevel:Default", "None",
        ]))!;
    }

    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited)
            Kill();
        process.Dispose();
        folder.Dispose();
    }
}
