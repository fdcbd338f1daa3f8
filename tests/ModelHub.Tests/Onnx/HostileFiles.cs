using ModelHub.Onnx.Validation;
using Xunit;

namespace ModelHub.Tests.Onnx;

/// <summary>Files made to break a loader, through the child process that looks at them first.</summary>
public sealed class HostileFiles
{
    private static readonly ValidationLimits Limits = new(1L << 30, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2));

    public static TheoryData<string> Names => [.. SharedData.FilesIn("hostile/onnx")];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_hostile_file_is_refused_with_a_reason_or_harmless(string name)
    {
        var expect = SharedData.Json("hostile", "index.json").GetProperty("files").EnumerateArray()
            .Single(f => f.GetProperty("file").GetString() == "onnx/" + name).GetProperty("expect").GetString();
        var process = new ValidationProcess(ValidationCommand.Of(typeof(ModelHub.Node.Program).Assembly));

        var report = await process.RunAsync(Path.Combine(SharedData.Folder("hostile"), "onnx", name), Limits, TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine(report.ToJson());
        Assert.DoesNotContain("ended the process", report.Reason ?? "", StringComparison.Ordinal);
        switch (expect)
        {
            case "reject":
                Assert.False(report.Ok);
                Assert.InRange(report.Reason!.Length, 10, 700);
                break;
            case "serve" or "no injection":
                Assert.True(report.Ok, report.Reason);
                break;
            default:
                Assert.True(report.Ok || report.Reason!.Length > 10);
                break;
        }
    }

    [Fact]
    public async Task A_loop_without_end_is_stopped_at_its_limit()
    {
        using var folder = new TemporaryFolder();
        var process = new ValidationProcess(ValidationCommand.Of(typeof(ModelHub.Node.Program).Assembly));

        var report = await process.RunAsync(folder.Write("model.onnx", TinyModel.Endless()), Limits, TestContext.Current.CancellationToken);

        Assert.Equal("A run on one row did not end within 2 seconds.", report.Reason);
    }
}
