using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Surviving;

/// <summary>A backup is taken while the stack works on; another machine goes on from it.</summary>
public sealed class BackupAndRestore : IDisposable
{
    private static readonly TimeSpan limit = TimeSpan.FromMinutes(2);
    private readonly string folder = Directory.CreateTempSubdirectory("modelhub-backup-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_stack_restored_from_a_backup_taken_under_writes_has_everything_and_goes_on()
    {
        var ct = TestContext.Current.CancellationToken;
        var file = Path.Combine(folder, "backup.tar.gz");
        string model;
        int before;
        await using (var stack = await Stack.StartAsync(ct))
        {
            model = await stack.ServedModelAsync("kept", 7, ct);
            before = await CountAsync(stack, ct);
            using var done = new CancellationTokenSource();
            var writing = WriteAsync(stack, done.Token);

            var backup = await ModelHubCommand.RunAsync(["backup", file, "--data", stack.Data], limit, ct);
            await done.CancelAsync();
            await writing;

            backup.Expect(0);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            (await ModelHubCommand.RunAsync(["restore", file, "--data", stack.Data], limit, ct)).Expect(1);
        }

        var data = Path.Combine(folder, "restored");
        (await ModelHubCommand.RunAsync(["restore", file, "--data", data], limit, ct)).Expect(0);
        await using var restored = await Stack.StartAsync(ct, data: data);

        Assert.InRange(await CountAsync(restored, ct), before, int.MaxValue);
        var kept = await restored.Admin.AskAsync(
            "query($m: String!) { version(model: $m, version: 1) { state endpoints { environment { name } } } auditVerification { ok } }", new { m = model }, ct);
        Assert.Equal("READY", kept["version"]!["state"]!.GetValue<string>());
        Assert.Equal("staging", kept["version"]!["endpoints"]![0]!["environment"]!["name"]!.GetValue<string>());
        Assert.True(kept["auditVerification"]!["ok"]!.GetValue<bool>());
        await Eventually.HoldsAsync("the endpoint answers again", () => restored.AnswersAsync(model, 7, ct), TimeSpan.FromSeconds(60), ct);
        // Later than all that was copied, or readers of the record would pass it over.
        await restored.Admin.AskAsync("mutation { createModel(input: { name: \"after.restore\" }) { model { id } errors { __typename } } }", new { }, ct);
        await Eventually.HoldsAsync("the newest event is the one after the restore", async () => (await restored.Admin.AskAsync(
            "{ events(first: 1, order: [{ sequence: DESC }]) { nodes { subject } } }", new { }, ct))["events"]!["nodes"]![0]!["subject"]!.GetValue<string>() == "model:after.restore",
            TimeSpan.FromSeconds(60), ct);
    }

    private static async Task<int> CountAsync(Stack stack, CancellationToken ct) =>
        (await stack.Admin.AskAsync("{ models { totalCount } }", new { }, ct))["models"]!["totalCount"]!.GetValue<int>();

    private static async Task WriteAsync(Stack stack, CancellationToken until)
    {
        for (var i = 0; !until.IsCancellationRequested; i++)
            await stack.Admin.AskAsync(
                "mutation($name: String!) { createModel(input: { name: $name }) { model { id } errors { __typename } } }", new { name = $"written.m{i}" }, CancellationToken.None);
    }
}
