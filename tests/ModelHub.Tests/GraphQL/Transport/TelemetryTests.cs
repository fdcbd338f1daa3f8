using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.GraphQL.Transport;

/// <summary>The engine's spans, measures and slow log; the instruments are those of the whole process.</summary>
[Collection(nameof(Api.Artifacts.AloneInTheProcess))]
public sealed class TelemetryTests
{
    [Fact]
    public async Task A_request_is_a_span_with_its_stages_below_it_and_a_known_document_has_fewer()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "ModelHub.GraphQL",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = await GatedHost.StartAsync(_ => { });
        const string query = "query SpansOfThis($text: String!) { a: measured(text: $text) b: measured(text: \"a secret literal\") }";

        await host.AskAsync(query, new { text = "a secret variable" });
        await host.AskAsync(query, new { text = "a secret variable" });

        var requests = await Eventually.Is(() => Task.FromResult(spans.Where(s => s.OperationName == "graphql.request" && Equals(s.GetTagItem("graphql.operation.name"), "SpansOfThis")).ToList()), found => found.Count == 2);
        var first = Below(requests[0]);
        Assert.Equal(["graphql.batch", "graphql.execute", "graphql.parse", "graphql.plan", "graphql.validate"], first.Select(s => s.OperationName).Order());
        Assert.Equal(["graphql.batch", "graphql.execute"], Below(requests[1]).Select(s => s.OperationName).Order());
        Assert.Equal(2, first.Single(s => s.OperationName == "graphql.batch").GetTagItem("graphql.batch.size"));
        Assert.Equal("query", requests[0].GetTagItem("graphql.operation.type"));
        Assert.DoesNotContain(requests.Concat(first).SelectMany(s => s.TagObjects), tag => $"{tag.Value}".Contains("secret", StringComparison.Ordinal));

        List<Activity> Below(Activity request) => [.. spans.Where(s => s.TraceId == request.TraceId && s != request && s.SpanId != request.SpanId)];
    }

    [Fact]
    public async Task Requests_errors_lookups_subscriptions_and_batches_are_measured()
    {
        using var measured = new Measured();
        await using var host = await GatedHost.StartAsync(_ => { });

        await host.AskAsync("{ broken }");
        await host.AskAsync("{ broken }");
        await host.AskAsync("{ nothingOfThatName }");
        await host.AskAsync("{ a: measured(text: \"x\") b: measured(text: \"yy\") }");
        using (await host.PostAsync("subscription { tick }", accept: "text/event-stream"))
            await Eventually.Holds(() => measured.Sum("graphql.subscriptions.active") == 1);

        Assert.True(measured.Sum("graphql.requests", "outcome=ran", "transport=http", "kind=query") >= 3);
        Assert.True(measured.Sum("graphql.requests", "outcome=refused", "kind=none") >= 1);
        Assert.True(measured.Sum("graphql.errors", "code=BROKEN") >= 2);
        Assert.True(measured.Sum("graphql.document.lookups", "known=True") >= 1);
        Assert.True(measured.Sum("graphql.document.lookups", "known=False") >= 3);
        Assert.Equal(2, measured.Sum("graphql.batch.size", "loader=TitleLength"));
        Assert.True(measured.Count("graphql.request.duration", "kind=query", "transport=http") >= 3);
        Assert.True(measured.Count("graphql.execution.duration", "errors=True") >= 2);
        await Eventually.Holds(() => measured.Sum("graphql.subscriptions.active") == 0);
    }

    [Fact]
    public async Task A_slow_operation_is_logged_by_document_and_name_without_its_values()
    {
        using var log = new Lines();
        await using var host = await GatedHost.StartAsync(o => o.SlowerThan = TimeSpan.FromTicks(1), log: log);
        const string query = "query Slow($about: String!) { held books(about: $about, limit: 1) { title } other: books(about: \"a secret literal\", limit: 1) { title } }";

        host.Open();
        await host.AskAsync(query, new { about = "a secret variable" });

        var line = Assert.Single(log.Written, written => written.Contains("Slow query Slow", StringComparison.Ordinal));
        Assert.Contains("of document " + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(query))), line, StringComparison.Ordinal);
        Assert.DoesNotContain(log.Written, written => written.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_threshold_nothing_is_slow()
    {
        using var log = new Lines();
        await using var host = await GatedHost.StartAsync(_ => { }, log: log);
        host.Open();

        await host.AskAsync("{ held }");

        Assert.DoesNotContain(log.Written, written => written.Contains("Slow", StringComparison.Ordinal));
    }

    /// <summary>What the engine's instruments measured since it was made.</summary>
    private sealed class Measured : IDisposable
    {
        private readonly MeterListener listener = new();
        private readonly ConcurrentQueue<(string Name, double Value, string[] Tags)> all = new();

        public Measured()
        {
            listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "ModelHub.GraphQL")
                    self.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
            listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
            listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
            listener.Start();
        }

        public double Sum(string name, params string[] tags) => Of(name, tags).Sum(m => m.Value);

        public int Count(string name, params string[] tags) => Of(name, tags).Count();

        public void Dispose() => listener.Dispose();

        private IEnumerable<(string Name, double Value, string[] Tags)> Of(string name, string[] tags) => all.Where(m => m.Name == name && tags.All(m.Tags.Contains));

        private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var words = new string[tags.Length];
            for (var i = 0; i < tags.Length; i++)
                words[i] = $"{tags[i].Key}={tags[i].Value}";
            all.Enqueue((instrument.Name, value, words));
        }
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Written { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
