using System.Diagnostics;
using System.Diagnostics.Metrics;
using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Execution;

/// <summary>Spans and measures of the engine, under the name <c>ModelHub.GraphQL</c>.</summary>
internal static class Telemetry
{
    public const string Name = "ModelHub.GraphQL";

    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("graphql.execution.duration", "s", "Time to run an operation.");
    private static readonly Histogram<int> Batches = Meter.CreateHistogram<int>("graphql.batch.size", "{key}", "Keys of a loader's batch.");

    public static long Start() => Duration.Enabled ? Stopwatch.GetTimestamp() : 0;

    public static void Executed(OperationKind kind, long started, bool failed)
    {
        if (Duration.Enabled)
            Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new("kind", kind.ToString()), new("errors", failed));
    }

    public static void Batch(Type loader, int keys)
    {
        if (Batches.Enabled)
            Batches.Record(keys, new KeyValuePair<string, object?>("loader", loader.Name));
    }
}
