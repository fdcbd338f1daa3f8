using System.Diagnostics;
using System.Diagnostics.Metrics;
using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Execution;

/// <summary>
/// Spans and measures of the engine, under the name <c>ModelHub.GraphQL</c>. Spans: <c>graphql.request</c>, below it
/// <c>graphql.parse</c>, <c>graphql.validate</c>, <c>graphql.plan</c> (these three only for a document that is not known yet),
/// <c>graphql.execute</c> and <c>graphql.batch</c>; none per field. No value of a request is in any of them.
/// </summary>
internal static class Telemetry
{
    public const string Name = "ModelHub.GraphQL";

    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("graphql.requests", "{request}", "Requests by transport, kind of operation and whether they were refused.");
    private static readonly Histogram<double> RequestDuration = Meter.CreateHistogram("graphql.request.duration", "s", "Time from a request to its answer, subscriptions aside.", advice: Seconds);
    private static readonly Histogram<double> Duration = Meter.CreateHistogram("graphql.execution.duration", "s", "Time to run an operation; for subscriptions, to answer one event.", advice: Seconds);
    private static readonly Counter<long> Faults = Meter.CreateCounter<long>("graphql.errors", "{error}", "Errors in answers, by code.");
    private static readonly Counter<long> Lookups = Meter.CreateCounter<long>("graphql.document.lookups", "{document}", "Documents that were asked for, and whether they were known.");
    private static readonly UpDownCounter<long> Subscriptions = Meter.CreateUpDownCounter<long>("graphql.subscriptions.active", "{subscription}", "Subscriptions that are open.");
    private static readonly Histogram<int> Batches = Meter.CreateHistogram("graphql.batch.size", "{key}", "Keys of a loader's batch.",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] });

    public static void Requested(string transport, OperationKind? kind, bool refused)
    {
        if (Requests.Enabled)
            Requests.Add(1, new("transport", transport), new("kind", Word(kind)), new("outcome", refused ? "refused" : "ran"));
    }

    public static void Answered(string transport, OperationKind kind, long started) =>
        RequestDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new("transport", transport), new("kind", Word(kind)));

    public static void Executed(OperationKind kind, TimeSpan took, IReadOnlyList<GraphQLError> errors)
    {
        if (Duration.Enabled)
            Duration.Record(took.TotalSeconds, new("kind", Word(kind)), new("errors", errors.Count > 0));
        Failed(errors);
    }

    public static void Failed(IReadOnlyList<GraphQLError> errors)
    {
        for (var i = 0; i < errors.Count && Faults.Enabled; i++)
            Faults.Add(1, new KeyValuePair<string, object?>("code", errors[i].Code ?? "NONE"));
    }

    public static void LookedUp(bool known)
    {
        if (Lookups.Enabled)
            Lookups.Add(1, new KeyValuePair<string, object?>("known", known));
    }

    /// <summary>Counts a subscription until it is disposed.</summary>
    public static IDisposable Subscribed() => new ActiveSubscription();

    /// <summary>Counts a batch, and spans it until the span is disposed.</summary>
    public static Activity? Batch(Type loader, int keys)
    {
        if (Batches.Enabled)
            Batches.Record(keys, new KeyValuePair<string, object?>("loader", loader.Name));
        return Source.StartActivity("graphql.batch")?.SetTag("graphql.loader", loader.Name).SetTag("graphql.batch.size", keys);
    }

    public static string Word(OperationKind? kind) => kind switch
    {
        OperationKind.Query => "query",
        OperationKind.Mutation => "mutation",
        OperationKind.Subscription => "subscription",
        _ => "none",
    };

    private sealed class ActiveSubscription : IDisposable
    {
        public ActiveSubscription() => Subscriptions.Add(1);

        public void Dispose() => Subscriptions.Add(-1);
    }
}
