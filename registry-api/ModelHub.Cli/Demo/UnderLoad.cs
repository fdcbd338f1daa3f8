using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Processes;
using ModelHub.Cli.Promotions;
using ModelHub.Cli.Stack;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Demo;

/// <summary>What happens to requests while things change: every stretch must end without a single failed one.</summary>
internal sealed class UnderLoad(LocalStack stack, Screen screen, Cast cast)
{
    public const int PerSecond = 200;
    // A 99th percentile of fewer would be their slowest.
    private const int Rounds = 100;
    // What a quiet machine is to keep. It is printed beside the figure and judged by the reader: a busy machine is slow, not wrong.
    private const double TargetMs = 250;
    private static readonly TimeSpan bound = TimeSpan.FromSeconds(60);

    public async Task<Traffic> StartAsync(TrainedVersion version, CancellationToken ct)
    {
        var token = await People.ApplicationTokenAsync(cast.Admin, cast.Model, ct);
        var endpoint = new Uri($"{stack.Connection.Router}/production/v2/models/{cast.Model}/infer");
        await AdmittedAsync(screen, endpoint, token, version.Answers[0].Request, ct);
        return Traffic.Start(endpoint, token, PerSecond, version.Number, version.Answers);
    }

    /// <summary>Lets the traffic flow for so long.</summary>
    public async Task FlowAsync(TimeSpan time, CancellationToken ct)
    {
        using var bar = new ProgressBar(screen, $"{PerSecond} requests a second");
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < time; bar.Report(clock.Elapsed / time))
            await Task.Delay(50, ct);
    }

    /// <summary>Runs the work while requests are counted, lets them flow on for a moment, and judges them.</summary>
    public async Task CountAsync(Traffic traffic, JsonObject figures, TimeSpan after, Func<Task> work, CancellationToken ct)
    {
        var window = traffic.Open();
        await work();
        await FlowAsync(after, ct);
        traffic.Open();
        await Waiting.UntilAsync(screen, "Last answers", bound, () => Task.FromResult(window.IsSettled ? window : null), ct);
        window.AddTo(figures);
        if (window.Failures > 0 || !window.IsSettled)
            throw new StepFailedException($"{window.Failures} requests failed; the first: {window.FirstFault}");
        if (window.Compared == 0)
            throw new StepFailedException("No answer could be compared with the trainer's.");
    }

    /// <summary>kill -9; ends when the node is back with everything it held.</summary>
    public async Task KillNodeAsync(JsonObject figures, CancellationToken ct)
    {
        var victim = stack.Hosts.First(host => host.Name.StartsWith("node", StringComparison.Ordinal));
        var before = await HeldByAsync(victim.Name, DateTimeOffset.MinValue, ct);
        figures["killed"] = victim.Name;
        figures["process"] = victim.ProcessId;
        figures["versionsHeld"] = before;
        var (clock, killedAt) = (Stopwatch.StartNew(), DateTimeOffset.UtcNow);
        Posix.Send(Signal.Kill, victim.ProcessId);
        var back = await Waiting.UntilAsync(screen, $"{victim.Name} comes back", bound, async () =>
            victim.Restarts > 0 && await HeldByAsync(victim.Name, killedAt, ct) >= before ? victim : null, ct);
        if (back is null)
            throw new StepFailedException($"{victim.Name} was not back with its {before} versions after {bound.TotalSeconds:0} s.");
        figures["backAfterMs"] = Math.Round(clock.Elapsed.TotalMilliseconds);
    }

    /// <summary>From one version to the other and back, each time measured from the decision to the last router.</summary>
    public async Task BackAndForthAsync(Traffic traffic, TrainedVersion one, TrainedVersion other, JsonObject figures, CancellationToken ct)
    {
        var measured = new List<double>();
        using var bar = new ProgressBar(screen, "Rolling back and forth");
        for (var round = 0; round < Rounds; round++)
        {
            var target = round % 2 == 0 ? other : one;
            measured.Add(await RollBackAsync(traffic, target, ct));
            bar.Report(round / (double)Rounds, $"{round} of {Rounds}");
        }

        figures["rollbacks"] = measured.Count;
        figures["timeToSafetyP50Ms"] = Percentiles.Of(measured, 0.50);
        figures["timeToSafetyP99Ms"] = Percentiles.Of(measured, 0.99);
        figures["targetP99Ms"] = TargetMs;
        figures["targetMet"] = Percentiles.Of(measured, 0.99) < TargetMs;
    }

    /// <summary>Milliseconds from the decision to the last router switched.</summary>
    public async Task<double> RollBackAsync(Traffic traffic, TrainedVersion target, CancellationToken ct)
    {
        var done = await RollbackCommand.RollBackAsync(cast.Owner, cast.Model, "production", target.Number, bound, ct);
        traffic.Expect(target.Number, target.Answers);
        return done["timeToSafetyMs"]?.GetValue<double>() ?? throw new StepFailedException("Not every router said in time that it had switched.");
    }

    /// <summary>How many versions the node holds ready, by what it said itself after that moment.</summary>
    private async Task<int> HeldByAsync(string node, DateTimeOffset after, CancellationToken ct)
    {
        var nodes = (await cast.Admin.QueryAsync(Documents.ReadPlacements, null, ct))["inferenceNodes"].Items();
        var found = nodes.FirstOrDefault(one => one["name"].Text() == node);
        return found?["state"].Text() == "READY" && found["lastSeenAt"]!.GetValue<DateTimeOffset>() > after
            ? found["placements"].Items().Count(held => held["state"].Text() == "READY")
            : 0;
    }

    // A fresh token is known to the router a moment after it was made.
    public static async Task AdmittedAsync(Screen screen, Uri endpoint, string token, byte[] request, CancellationToken ct)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var last = "";
        var admitted = await Waiting.UntilAsync(screen, "The router learns the application's token", bound, async () =>
        {
            using var content = new ByteArrayContent(request);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await http.PostAsync(endpoint, content, ct);
            last = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(ct)}";
            return answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? null : last;
        }, ct);
        if (admitted is null || !admitted.StartsWith("200", StringComparison.Ordinal))
            throw new StepFailedException($"The first request was answered with {last}");
    }
}
