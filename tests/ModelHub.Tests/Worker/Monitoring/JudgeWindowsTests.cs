using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Monitoring;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using ModelHub.Domain.Models;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Domain;
using ModelHub.Tests.Support;
using ModelHub.Worker.Monitoring;
using Xunit;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Tests.Worker.Monitoring;

/// <summary>The real worker on stored windows of traffic.</summary>
public sealed class JudgeWindowsTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    private static readonly MonitoringPolicy Policy = new(WindowSeconds: 10, MinimumSamples: 100, LeftOut: ["id"]);
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_window_is_judged_once_it_is_over_and_its_drifted_column_is_told()
    {
        var served = await ServeAsync("judged.drifted", [0, 10, 490, 0], rows: 500);
        await stack.NeedWorkerAsync();

        var values = await ValuesAsync(served);

        var psi = values.Single(v => v is { Measure: Measures.DriftPsi, Column: "age" });
        Assert.True(psi.Breached);
        Assert.Equal(Psi.Of([0, 50, 50, 0], [0, 10, 490, 0])!.Value, psi.Value!.Value, 9);
        Assert.InRange(psi.PValue!.Value, 0, 1e-6);
        Assert.Equal((0.2, 500), (psi.Threshold, psi.Samples));
        Assert.Equal(50, values.Single(v => v.Measure == Measures.RequestRate).Value);
        Assert.Equal(0.1, values.Single(v => v.Measure == Measures.UnusualShare).Value);
        Assert.DoesNotContain(values, v => v.Column == "id");
    }

    [Fact]
    public async Task Too_few_samples_are_inconclusive_and_no_traffic_tells_its_rate_alone()
    {
        var (few, silent) = (await ServeAsync("judged.few", [0, 0, 90, 0], rows: 90), await ServeAsync("judged.silent", [0, 0, 0, 0], rows: 0));
        await stack.NeedWorkerAsync();

        var (values, nothing) = (await ValuesAsync(few), await ValuesAsync(silent));

        Assert.All(values.Where(v => v.Measure != Measures.RequestRate), v => Assert.Equal((null, null), (v.Value, v.Breached)));
        Assert.Contains(values, v => v is { Measure: Measures.DriftPsi, Column: "age", Samples: 90 });
        Assert.All(nothing, v => Assert.Equal((Measures.RequestRate, 0d), (v.Measure, v.Value)));
    }

    [Fact]
    public async Task A_time_of_its_own_traffic_takes_the_place_of_the_training_data()
    {
        var baseline = new BaselineWindow(DateTimeOffset.UtcNow.AddHours(-2), DateTimeOffset.UtcNow.AddHours(-1));
        var served = await ServeAsync("judged.chosen", [0, 10, 490, 0], rows: 500, Policy with { Baseline = baseline }, baseline.From.AddMinutes(5));
        await stack.NeedWorkerAsync();

        var psi = (await ValuesAsync(served)).Single(v => v is { Measure: Measures.DriftPsi, Column: "age" });

        Assert.Equal((0, false), (Math.Round(psi.Value!.Value, 9), psi.Breached));
    }

    [Fact]
    public async Task Labels_count_in_the_window_they_came_in_by_segment_too()
    {
        var served = await ServeAsync("judged.labelled", [0, 0, 0, 0], rows: 0);
        var came = DateTimeOffset.UtcNow;
        await using var db = stack.Open();
        await KeepPredictions.EnsureAsync(db, came, ct);
        LoggedPrediction Made(int i) => new(
            served.Endpoint.Value, served.Variant.Value, served.Version.Value, $"r-{i}", came.AddHours(-1), 1, 200, PredictionOutcome.Answered, 1,
            i % 2 == 0 ? """[{"region":"north"}]""" : """[{"region":"south"}]""", """[{"label":"good"}]""", null);
        await WriteLedger.RunAsync(db, [new PredictionBatch(Guid.NewGuid(), Guid.NewGuid(), 1, [.. Enumerable.Range(0, 40).Select(Made)], [])], came, ct);
        // All of the north are right, half of the south; ten more come later.
        GivenLabel Label(int i) => new($"r-{i}", 0, i % 4 == 1 ? "bad" : "good", came);
        await WriteLabels.RunAsync(db, served.Endpoint, [.. Enumerable.Range(0, 30).Select(Label)], "test", came, ct);
        await WriteLabels.RunAsync(db, served.Endpoint, [.. Enumerable.Range(30, 10).Select(Label)], "test", came.AddMinutes(1), ct);

        var found = await ObserveQuality.ReadAsync(db, served.Endpoint, Policy with { Segment = "region" }, new DueWindow(came.AddSeconds(-5), came.AddSeconds(5)), ct);
        var silent = await ObserveQuality.ReadAsync(db, served.Endpoint, Policy, new DueWindow(came.AddSeconds(-50), came.AddSeconds(-40)), ct);

        var all = found[served.Variant].Quality.ToDictionary(q => q.Segment ?? "", q => (q.Report.Labelled, q.Report.Accuracy));
        Assert.Equal((30, 22 / 30.0), all[""]);
        Assert.Equal((15, 1.0), all["north"]);
        Assert.Equal((15, 7 / 15.0), all["south"]);
        Assert.Empty(silent);
    }

    private sealed record Served(EndpointId Endpoint, VariantId Variant, VersionId Version, Baseline Baseline);

    /// <param name="before">The same was counted then, twice over.</param>
    private async Task<Served> ServeAsync(string name, long[] slots, long rows, MonitoringPolicy? policy = null, DateTimeOffset? before = null)
    {
        await using var db = stack.Open();
        var now = DateTimeOffset.UtcNow.AddHours(-3);
        var profile = new Profile(100, [new ColumnProfile("age", "integer", 100, 0, 40, "18", "60", 40, 10, [], [new(18, 40, 50), new(40, 60, 50)], []), new ColumnProfile("id", "integer", 100, 0, 100, "0", "9", 4, 3, [], [new(0, 9, 100)], [])]);
        var dataset = Dataset.Create(name, "", [], Sample.Ada, now).Value;
        var data = DataVersion.Register(dataset.Id, 1, [new DataFile("a.csv", Digest.Of([1]).Value, 1)], Sample.Ada, now).Value;
        Assert.Null(data.Accept([], profile, now));
        var model = Model.Create(name, new ModelDescription(), Sample.Ada, now).Value;
        var signature = new Signature([new("x", "FP32", [-1, 2])], [], ["age", "id"]);
        var version = Version.Register(model.Id, 1, new VersionRegistration(Digest.Of([1]).Value, 1, "onnx"), Sample.Ada, now).Value;
        version.Accept(signature, [], ArtifactScan.NotApplicable, now);
        var endpoint = Endpoint.Open(model.Id, (await db.Environments.FirstAsync(ct)).Id, now);
        var variant = endpoint.Shift(version.Id, 1, now, now);
        Assert.Null(endpoint.MonitorBy(policy ?? Policy, now));
        var served = new Served(endpoint.Id, variant.Id, version.Id, Baseline.Of(signature, [profile]));
        // Before the worker can see the endpoint, which it judges at once.
        await CountAsync(served, slots, rows, before);
        db.AddRange(dataset, data, model, version, new VersionDataVersion(version.Id, data.Id), endpoint);
        Assert.Null(await db.CommitAsync([], Sample.Ada, ct));
        return served;
    }

    /// <summary>The same in each of the windows that a worker may come to judge first.</summary>
    private async Task CountAsync(Served served, long[] slots, long rows, DateTimeOffset? before)
    {
        var now = DateTimeOffset.UtcNow;
        var first = new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerMinute, TimeSpan.Zero).AddMinutes(-1);
        await using var db = stack.Open();
        await MonitorPartitions.EnsureAsync(db, now, ct);
        await WriteSketches.RunAsync(db, [.. Enumerable.Range(0, 30).Select(i => Window(served, first.AddSeconds(10 * i), Sketch(served, slots, rows)))], ct);
        if (before is { } then)
            await WriteSketches.RunAsync(db, [Window(served, then, Sketch(served, [.. slots.Select(n => 2 * n)], 2 * rows))], ct);
    }

    private static TrafficSketch Sketch(Served served, long[] slots, long rows) => new(
        served.Baseline.Fingerprint, rows, 0, rows, rows / 10, [new("age", slots, 0), new("id", [0, rows, 0], 0)], [], ConfidenceCounts.None);

    private static SketchWindow Window(Served served, DateTimeOffset start, TrafficSketch sketch) =>
        new(served.Endpoint, served.Variant, served.Version, RouterId.New(start), start, 5, sketch);

    /// <summary>Of the window that was judged first.</summary>
    private async Task<IReadOnlyList<MonitorValue>> ValuesAsync(Served served)
    {
        await using var db = stack.Open();
        await Eventually.Holds(() => db.MonitorValues.AnyAsync(v => v.EndpointId == served.Endpoint, ct), what: "That a window is judged");
        var first = await db.MonitorValues.Where(v => v.EndpointId == served.Endpoint).MinAsync(v => v.WindowTo, ct);
        return await db.MonitorValues.Where(v => v.EndpointId == served.Endpoint && v.WindowTo == first).ToListAsync(ct);
    }
}
