using System.Threading.Channels;
using ModelHub.Protocol;
using ModelHub.Router.Comparing;
using ModelHub.Router.Control;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Routing;
using ModelHub.Router.Wire;

namespace ModelHub.Router.Predicting;

/// <summary>
/// Looks at a bounded sample of the answers of variants that share an endpoint's traffic, on a thread of its own, and tells each second
/// what they said; while the API is away that waits. An endpoint with one version costs nothing; what does not fit is left out of the sample.
/// </summary>
internal sealed partial class SamplePredictions(StayLinked link, Losses losses, TimeProvider time, ILogger<SamplePredictions> log) : BackgroundService
{
    private const int MostWaiting = 256;
    private const int MostVariants = 1_000;
    private const int MostAhead = 64;

    /// <summary>Of slots and classes and so much for the rest of what a variant said, all together: some 16 MiB.</summary>
    private const int MostSlots = 2_000_000;
    private const int Rest = 20;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1);

    private readonly Channel<Sampled> waiting = Channel.CreateBounded<Sampled>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Pool<KeptAnswer> answers = new(() => new KeptAnswer(), MostWaiting);
    private readonly Dictionary<Guid, PredictionTally> tallies = [];

    /// <summary>Copies the answer if it is this variant's turn, at most fifty a second and node.</summary>
    public void Offer(RoutedEndpoint endpoint, Variant variant, Exchange exchange)
    {
        if (endpoint.Only is not null || exchange.Verb is not (Verb.Infer or Verb.Predict) || exchange.Target?.Meter.Samples() != true)
            return;
        var answer = answers.Rent();
        answer.Keep(exchange, variant);
        if (answer.IsGood && waiting.Writer.TryWrite(new Sampled(endpoint.Route.EndpointId, variant.Route, answer)))
            return;
        PutBack(answer);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(ReadAsync(stoppingToken), TellAsync(stoppingToken));

    private async Task ReadAsync(CancellationToken ct)
    {
        await foreach (var sampled in waiting.Reader.ReadAllAsync(ct))
        {
            try
            {
                if (sampled.Answer.Outputs() is { } outputs)
                    Add(sampled, outputs);
            }
            catch (Exception failure)
            {
                // One answer that cannot be looked at must not end the looking at all others.
                LogFailed(sampled.Variant.VersionId, failure);
            }
            PutBack(sampled.Answer);
        }
    }

    private void Add(Sampled sampled, IReadOnlyDictionary<string, ReadOutput> outputs)
    {
        lock (tallies)
        {
            if (!tallies.TryGetValue(sampled.Variant.VariantId, out var tally))
            {
                if (tallies.Count >= MostVariants)
                    return;
                tallies[sampled.Variant.VariantId] = tally = new PredictionTally(sampled.Endpoint, sampled.Variant.VariantId, sampled.Variant.VersionId);
            }
            tally.Add(outputs);
        }
    }

    private async Task TellAsync(CancellationToken ct)
    {
        var untold = new Untold<Predictions>(time, MostSlots, SizeOf, lost => losses.Answer(lost.Items.Length));
        var teller = new Teller<Predictions>(untold, link, time, MostAhead);
        var start = time.GetUtcNow();
        using var timer = new PeriodicTimer(Length, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            var end = time.GetUtcNow();
            if (Take() is { Length: > 0 } items)
                untold.Add(new Predictions(new Window(start, (end - start).TotalSeconds), items));
            teller.Tell();
            start = end;
        }
    }

    private static int SizeOf(Predictions said) => said.Items.Sum(i => Rest + i.Positive.Counts.Length + i.Negative.Counts.Length + 8 * i.Classes.Length);

    private Prediction[] Take()
    {
        lock (tallies)
        {
            var taken = tallies.Select(t => (t.Key, Said: t.Value.Take())).ToList();
            foreach (var (variant, said) in taken)
                if (said is null)
                    tallies.Remove(variant);
            return [.. taken.Select(t => t.Said).OfType<Prediction>()];
        }
    }

    private void PutBack(KeptAnswer answer)
    {
        answer.Clear();
        answers.Return(answer);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An answer of version {Version} could not be looked at")]
    private partial void LogFailed(Guid version, Exception failure);

    private readonly record struct Sampled(Guid Endpoint, RouteVariant Variant, KeptAnswer Answer);
}
