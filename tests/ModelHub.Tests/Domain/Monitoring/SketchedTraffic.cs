using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ModelHub.Api.Control;
using ModelHub.Domain.Models;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Rollouts;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Sketching;
using ModelHub.Tests.Support;
using ModelHub.Tests.Worker;
using ModelHub.Worker.Data;
using ModelHub.Worker.Data.DuckDb;

namespace ModelHub.Tests.Domain.Monitoring;

/// <summary>
/// The way of real rows from data to judgement without the wires between: the worker profiles the reference, the API tells what to count, the router counts
/// rows as callers send them, and the windows are judged.
/// </summary>
internal sealed class SketchedTraffic
{
    private readonly VariantSketch router;
    private readonly IReadOnlyList<string> features;

    private SketchedTraffic(Baseline baseline, IReadOnlyList<string> features)
    {
        (Baseline, this.features) = (baseline, features);
        var version = VersionId.New(Sample.Now);
        var route = new RoutedSketches(new Dictionary<VersionId, Baseline> { [version] = baseline }).Of(version, null)!;
        router = new VariantSketch(Guid.NewGuid(), Guid.NewGuid(), version.Value, route);
    }

    public Baseline Baseline { get; }

    public static SketchedTraffic From(string csv, IReadOnlyList<string> features, CancellationToken ct)
    {
        DuckDbLibrary.Use(null);
        using var scratch = new TemporaryFolder();
        var profile = ProfileFiles.Run([("reference.csv", csv)], scratch.Path, [], (_, _) => { }, ct).Profile;
        var signature = new Signature([.. features.Select(name => new TensorSpec(name, "FP32", [-1, 1]))], []);
        return new(Baseline.Of(signature, [profile]), features);
    }

    public void Send(DriftTable rows, int from, int count)
    {
        using var exchange = new Exchange { Verb = Verb.Predict };
        var body = Encoding.UTF8.GetBytes(new JsonArray([.. rows.Rows.Skip(from).Take(count).Select(row => (JsonNode)Row(rows, row))]).ToJsonString());
        var buffer = exchange.BeginBody();
        body.CopyTo(buffer.GetSpan(body.Length));
        buffer.Advance(body.Length);
        router.Add(exchange, answered: false);
    }

    /// <summary>What was counted since the last time.</summary>
    public TrafficSketch Take() => router.Take() is { } told
        ? new(told.Bins, told.Requests, told.Unseen, told.Rows, told.Unusual, [.. told.Columns.Select(c => new ColumnCounts(c.Name, c.Slots, c.WrongType))], [], ConfidenceCounts.None)
        : TrafficSketch.None;

    public IReadOnlyList<MonitorValue> Judge(TrafficSketch sketch, MonitoringPolicy policy) => JudgeWindow.Of(new WindowFacts(
        EndpointId.New(Sample.Now), VariantId.New(Sample.Now), VersionId.New(Sample.Now), Sample.Now.AddMinutes(-5), Sample.Now, policy, Baseline, null, null, sketch, TrafficSum.None));

    private JsonObject Row(DriftTable table, string[] row)
    {
        var json = new JsonObject();
        for (var i = 0; i < row.Length; i++)
            if (features.Contains(table.Header[i]))
                json[table.Header[i]] = Baseline.Column(table.Header[i])?.Numbers is null
                    ? row[i].Length == 0 ? null : row[i]
                    : double.TryParse(row[i], CultureInfo.InvariantCulture, out var number) ? number : null;
        return json;
    }
}
