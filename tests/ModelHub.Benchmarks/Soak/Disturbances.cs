using System.Diagnostics;
using System.Text;
using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Soak;

/// <summary>What happens to the stack meanwhile, one thing after the other.</summary>
internal sealed class Disturbances(Stack stack, string model)
{
    private int promotions;
    private int rollbacks;
    private int kills;
    private int loads;
    private int refusals;

    public override string ToString() =>
        $"{promotions} promotions, {rollbacks} rollbacks, {kills} nodes killed, {loads} models loaded meanwhile; {refusals} of these were refused and came again later";

    public async Task RunAsync(TimeSpan pause, CancellationToken ct)
    {
        Func<CancellationToken, Task<bool>>[] steps = [PromoteAsync, LoadAsync, RollBackAsync, KillNodeAsync];
        for (var i = 0; !ct.IsCancellationRequested; i++)
        {
            // What has begun when the time is over is let end.
            if (!await steps[i % steps.Length](CancellationToken.None))
                refusals++;
            await Task.Delay(pause, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> PromoteAsync(CancellationToken ct)
    {
        var registered = await stack.RegisterAsync(model, TinyModel.Scale(3), ct, "--metric", "accuracy=0.9");
        if (registered.ExitCode != 0)
            return false;
        var version = registered.Json.GetProperty("version").GetInt32();
        var promoted = (await stack.RunAsync(ct, "promote", $"{model}@{version}", "--to", "staging", "--wait", "--timeout", "1m")).ExitCode == 0;
        promotions += promoted ? 1 : 0;
        return promoted;
    }

    private async Task<bool> LoadAsync(CancellationToken ct)
    {
        var other = await stack.ModelWithVersionAsync("beside", 2, ct);
        var loaded = (await stack.RunAsync(ct, "promote", $"{other}@1", "--to", "staging", "--wait", "--timeout", "1m")).ExitCode == 0;
        loads += loaded ? 1 : 0;
        return loaded;
    }

    private async Task<bool> RollBackAsync(CancellationToken ct)
    {
        var rolled = (await stack.RunAsync(ct, "rollback", model, "--env", "staging")).ExitCode == 0;
        rollbacks += rolled ? 1 : 0;
        return rolled;
    }

    // One node at a time, and only while another is ready: what no ready node could answer is no loss.
    private async Task<bool> KillNodeAsync(CancellationToken ct)
    {
        if (!await AllReadyAsync(ct))
            return false;
        var nodes = Nodes().ToArray();
        nodes[kills % nodes.Length].Kill();
        kills++;
        return true;
    }

    private async Task<bool> AllReadyAsync(CancellationToken ct)
    {
        var data = await stack.Admin.AskAsync("query($m: String!) { endpoint(model: $m, environment: \"staging\") { primary { placements { state } } } }", new { m = model }, ct);
        var states = data["endpoint"]!["primary"]!["placements"]!.AsArray().Select(p => p!["state"]!.GetValue<string>()).ToList();
        return states.Count > 1 && states.TrueForAll(state => state == "READY");
    }

    private IEnumerable<Process> Nodes() =>
        Hosts.Of(stack).Where(host => host.Name == "ModelHub.Node").Select(host => Process.GetProcessById(host.Id));
}

/// <summary>The hosts of a stack: processes under it that run one of our assemblies.</summary>
internal static class Hosts
{
    public static IEnumerable<(int Id, string Name)> Of(Stack stack) => Under(stack.ProcessId);

    private static IEnumerable<(int Id, string Name)> Under(int parent)
    {
        foreach (var id in Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!, System.Globalization.CultureInfo.InvariantCulture)))
        {
            if (ParentOf(id) != parent)
                continue;
            if (NameOf(id) is { } name)
                yield return (id, name);
            foreach (var below in Under(id))
                yield return below;
        }
    }

    private static int ParentOf(int id)
    {
        var stat = Read($"/proc/{id}/stat");
        return stat.Length == 0 ? 0 : int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string? NameOf(int id) => Read($"/proc/{id}/cmdline").Split('\0')
        .Select(Path.GetFileNameWithoutExtension).FirstOrDefault(name => name?.StartsWith("ModelHub.", StringComparison.Ordinal) == true);

    private static string Read(string file)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(file));
        }
        catch (IOException)
        {
            // It ended between the two looks.
            return "";
        }
    }
}
