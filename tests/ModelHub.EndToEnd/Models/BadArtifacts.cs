using System.IO.Compression;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Models;

/// <summary>Files that must not become versions, and what the person who sent them is told.</summary>
[Collection(SharedStack.Name)]
public sealed class BadArtifacts(SharedStack shared)
{
    private readonly Stack stack = shared.Stack;

    public static TheoryData<string> Bad => new("truncated", "random bytes", "empty", "unknown operator", "external data by ..", "external data by absolute path", "climbing zip", "bomb");

    [Theory, MemberData(nameof(Bad))]
    public async Task A_bad_artifact_is_refused_with_a_reason_and_everything_keeps_running(string kind)
    {
        var ct = TestContext.Current.CancellationToken;
        var model = Registering.NewModelName("bad");
        (await stack.RunAsync(ct, "model", "create", model)).Expect(0);

        var refused = await stack.RegisterAsync(model, Bytes(kind), ct);

        Assert.True(refused.ExitCode is 1 or 2, $"exit {refused.ExitCode}\n{refused.Output}\n{refused.Errors}");
        Assert.NotEqual("", refused.Output.Trim() + refused.Errors.Trim());
        (await stack.RegisterAsync(model, TinyModel.Scale(2), ct)).Expect(0);
        Assert.DoesNotContain("ready", await StatesAsync(model, 1, ct));
    }

    private async Task<string> StatesAsync(string model, int number, CancellationToken ct)
    {
        var data = await stack.Admin.AskAsync("query($m: String!, $v: Int!) { version(model: $m, version: $v) { state failure } }", new { m = model, v = number }, ct);
        return data["version"]?["state"]?.GetValue<string>().ToLowerInvariant() ?? "";
    }

    private static byte[] Bytes(string kind) => kind switch
    {
        "truncated" => TinyModel.Scale(2)[..^9],
        "random bytes" => Noise(4096),
        "empty" => [],
        "unknown operator" => TinyModel.WithOperator("NoSuchOperator"),
        "external data by .." => TinyModel.WithExternalData("../../etc/passwd"),
        "external data by absolute path" => TinyModel.WithExternalData("/etc/passwd"),
        "climbing zip" => Zip(("model.onnx", TinyModel.Scale(2)), ("../../escaped.txt", [1, 2, 3])),
        "bomb" => Zip(("model.onnx", TinyModel.Scale(2)), ("zeros.bin", new byte[256 << 20])),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such case"),
    };

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.SmallestSize).Open();
                entry.Write(content);
            }
        return bytes.ToArray();
    }
}
