using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Monitoring;

/// <summary>The figures of all hosts as a real Prometheus reads them, by the files that we give out.</summary>
[Collection(SharedStack.Name)]
public sealed partial class Prometheus(SharedStack shared)
{
    private const string Server = "/usr/bin/prometheus";
    private const string Tool = "/usr/bin/promtool";
    private static readonly string Files = Path.Combine(Repository.Root, "docs/monitoring");
    private static readonly string[] Hosts = ["api", "console", "router", "node", "node", "worker"];

    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task Rules_hold_in_their_tests_and_no_host_says_what_a_linter_would_not()
    {
        Assert.SkipUnless(File.Exists(Tool), "promtool is not installed (Debian's package prometheus).");
        var ct = TestContext.Current.CancellationToken;
        var folder = Path.Combine(Files, "prometheus");

        (await OtherProgram.RunAsync(Tool, ["check", "config", "prometheus.yml"], TimeSpan.FromSeconds(30), ct, folder)).Expect(0);
        (await OtherProgram.RunAsync(Tool, ["check", "rules", "--lint-fatal", "modelhub.rules.yml"], TimeSpan.FromSeconds(30), ct, folder)).Expect(0);
        (await OtherProgram.RunAsync(Tool, ["test", "rules", "modelhub.rules.test.yml"], TimeSpan.FromSeconds(60), ct, folder)).Expect(0);
        for (var host = 0; host < Hosts.Length; host++)
        {
            var file = Path.Combine(stack.Data, $"metrics-{host}.txt");
            await File.WriteAllTextAsync(file, await ReadAsync(host, ct), ct);
            var linted = await OtherProgram.RunAsync("/bin/sh", ["-c", "exec \"$0\" check metrics < \"$1\" 2>&1", Tool, file], TimeSpan.FromSeconds(30), ct);
            // 0: nothing to say; 3: names it would not have chosen, as some of the framework's are; else it is no text that Prometheus reads.
            Assert.True(linted.ExitCode is 0 or 3, linted.Output);
            Assert.All(linted.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), said => Assert.Matches("^(dotnet|db|http|kestrel)_", said));
        }
    }

    [Fact]
    public async Task Every_metric_that_rules_dashboards_and_the_document_name_is_there_and_every_one_of_ours_is_documented()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ServedModelAsync("measured", 2, ct);
        await CallAsync(model, ct);

        var told = new HashSet<string>();
        foreach (var text in await Task.WhenAll(Enumerable.Range(0, Hosts.Length).Select(i => ReadAsync(i, ct))))
            told.UnionWith(Told().Matches(text).Select(m => m.Groups["name"].Value));
        var document = await File.ReadAllTextAsync(Path.Combine(Files, "README.md"), ct);
        var documented = Documented().Matches(document).Select(m => m.Groups["name"].Value).ToHashSet();
        var used = new HashSet<string>();
        foreach (var file in new[] { "prometheus/modelhub.rules.yml", "grafana/modelhub.json" })
            used.UnionWith(Used().Matches(await File.ReadAllTextAsync(Path.Combine(Files, file), ct)).Select(m => Suffix().Replace(m.Value, "")));

        Assert.NotEmpty(used);
        Assert.Empty(used.Except(told));
        Assert.Empty(documented.Except(told));
        Assert.Empty(told.Where(name => name.StartsWith("modelhub_", StringComparison.Ordinal)).Except(documented));
        Assert.NotNull(JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Files, "grafana/modelhub.json"), ct))?["panels"]);
    }

    [Fact]
    public async Task What_callers_make_up_is_no_label()
    {
        var ct = TestContext.Current.CancellationToken;
        var made = $"made-up-{Guid.NewGuid():N}";
        using var http = new HttpClient();

        for (var host = 0; host < Hosts.Length; host++)
            foreach (var path in new[] { $"/{made}", $"/v2/models/{made}/infer", $"/staging/v2/models/{made}/infer", $"/staging/predict/{made}", $"/predict/{made}", $"/api/v1/artifacts/{made}" })
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{stack.Port + host}{path}") { Content = new StringContent("{}", null, "application/json") };
                request.Headers.Add("x-request-id", made);
                (await http.SendAsync(request, ct)).Dispose();
            }

        for (var host = 0; host < Hosts.Length; host++)
            Assert.DoesNotContain(made, await ReadAsync(host, ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_real_Prometheus_scrapes_every_host_and_answers_from_what_they_tell()
    {
        Assert.SkipUnless(File.Exists(Server), "prometheus is not installed (Debian's package prometheus).");
        var ct = TestContext.Current.CancellationToken;
        await CallAsync(await stack.ServedModelAsync("scraped", 2, ct), ct);
        var folder = Directory.CreateTempSubdirectory("modelhub-prometheus-");
        var port = FreePorts.Neighbours(1);
        await WriteFilesAsync(folder.FullName, ct);
        using var server = Process.Start(new ProcessStartInfo(Server, ["--config.file=prometheus.yml", "--storage.tsdb.path=data", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"])
        {
            WorkingDirectory = folder.FullName,
        })!;
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            async Task<JsonArray> AskAsync(string query) =>
                JsonNode.Parse(await http.GetStringAsync("/api/v1/query?query=" + Uri.EscapeDataString(query), ct))!["data"]!["result"]!.AsArray();

            await Eventually.HoldsAsync("all six hosts are up", async () => await TryAsync(async () => (await AskAsync("up == 1")).Count == Hosts.Length), TimeSpan.FromSeconds(60), ct);
            Assert.Equal(Hosts.Length, (await AskAsync("modelhub_build_info")).Count);
            Assert.NotEmpty(await AskAsync("sum(modelhub_router_requests_total{outcome=\"ok\"}) > 0"));
            var rules = JsonNode.Parse(await http.GetStringAsync("/api/v1/rules", ct))!["data"]!["groups"]![0]!["rules"]!.AsArray();
            await Eventually.HoldsAsync("all rules were evaluated", async () =>
                JsonNode.Parse(await http.GetStringAsync("/api/v1/rules", ct))!["data"]!["groups"]![0]!["rules"]!.AsArray().All(rule => rule!["health"]!.GetValue<string>() == "ok"), TimeSpan.FromSeconds(60), ct);
            Assert.NotEmpty(rules);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(CancellationToken.None);
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> TryAsync(Func<Task<bool>> question)
    {
        try
        {
            return await question();
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>As we give them out, but for the ports and the pace.</summary>
    private async Task WriteFilesAsync(string folder, CancellationToken ct)
    {
        var config = await File.ReadAllTextAsync(Path.Combine(Files, "prometheus/prometheus.yml"), ct);
        for (var host = 0; host < Hosts.Length; host++)
            config = config.Replace($"127.0.0.1:{5080 + host}", $"127.0.0.1:{stack.Port + host}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), config.Replace("15s", "1s", StringComparison.Ordinal), ct);
        File.Copy(Path.Combine(Files, "prometheus/modelhub.rules.yml"), Path.Combine(folder, "modelhub.rules.yml"));
    }

    private async Task CallAsync(string model, CancellationToken ct)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", stack.Token);
        using var answer = await http.PostAsync(
            new Uri(stack.Router, $"/staging/v2/models/{model}/infer"),
            new StringContent("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}""", null, "application/json"), ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(ct));
    }

    private async Task<string> ReadAsync(int host, CancellationToken ct)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync($"http://127.0.0.1:{stack.Port + host}/metrics", ct);
    }

    [GeneratedRegex("^# TYPE (?<name>[a-z0-9_]+) ", RegexOptions.Multiline)]
    private static partial Regex Told();

    [GeneratedRegex("`(?<name>(modelhub|process|dotnet|graphql)_[a-z0-9_]+)`")]
    private static partial Regex Documented();

    [GeneratedRegex(@"\b(modelhub|process|dotnet|graphql)_[a-z0-9_]+")]
    private static partial Regex Used();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
