using System.Threading.Channels;
using ModelHub.Protocol;
using ModelHub.Router.Comparing;
using ModelHub.Router.Control;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Routing;
using ModelHub.Router.Wire;

namespace ModelHub.Router.Exposing;

/// <summary>
/// Tells each second which keys were given which arms of experiments, and what their first answers are worth. Requests only leave a
/// word in a bounded queue; answers are read on a thread of its own.
/// </summary>
internal sealed partial class TellExposures(StayLinked link, Losses losses, TimeProvider time, ILogger<TellExposures> log) : BackgroundService
{
    private const int MostWaiting = 8_192;
    private const int MostAnswers = 256;
    private const int MostAhead = 8;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1);

    private readonly Channel<Word> waiting = Channel.CreateBounded<Word>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Pool<KeptAnswer> answers = new(() => new KeptAnswer(), MostAnswers);
    private readonly PendingExposures pending = new(losses);
    private readonly SeenKeys seen = new();
    private int kept;

    /// <summary>Leaves a word of a request that takes part, unless its key was told lately.</summary>
    /// <param name="answeredBy">null without an answer</param>
    public void Offer(RoutedEndpoint endpoint, Variant? answeredBy, Exchange exchange)
    {
        if (endpoint.Experiment is not { } experiment || exchange.Dealt is not { Arm: { } arm, Key: var key } || exchange.Verb is not (Verb.Infer or Verb.Predict))
            return;
        if (seen.Has(key, Environment.TickCount64))
            return;
        // Another's answer, as of the control while the arm has no node, says nothing of the arm.
        var answer = experiment.Metric is not null && answeredBy == arm ? Keep(arm, exchange) : null;
        if (!waiting.Writer.TryWrite(new Word(experiment, key, exchange.RequestId, arm.Route.VariantId, answer, time.GetUtcNow())))
            PutBack(answer);
        else if (experiment.Metric is null || answer is not null)
            seen.Add(key);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(ReadAsync(stoppingToken), TellAsync(stoppingToken));

    /// <returns>null when the answer is none to count, or too many wait already: a later one of the key may do</returns>
    private KeptAnswer? Keep(Variant arm, Exchange exchange)
    {
        if (Interlocked.Increment(ref kept) <= MostAnswers)
        {
            var answer = answers.Rent();
            answer.Keep(exchange, arm);
            if (answer.IsGood)
                return answer;
            answer.Clear();
            answers.Return(answer);
        }
        Interlocked.Decrement(ref kept);
        return null;
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        await foreach (var word in waiting.Reader.ReadAllAsync(ct))
        {
            pending.Add(word.Experiment.Id, new Exposure(word.Key, UnitHash.OfRequest(word.Experiment.Salt, word.RequestId), word.Arm, word.At, Value(word)));
            PutBack(word.Answer);
        }
    }

    private double? Value(Word word)
    {
        if (word.Experiment.Metric is not { } metric || word.Answer is not { } answer)
            return null;
        try
        {
            return AnswerValue.Of(answer.Outputs(), metric);
        }
        catch (Exception failure)
        {
            // One answer that cannot be looked at must not end the looking at all others; it counts as a missing value.
            LogFailed(word.Arm, failure);
            return null;
        }
    }

    private async Task TellAsync(CancellationToken ct)
    {
        var untold = new Untold<Exposures>(time, PendingExposures.Most, SizeOf, lost => losses.Exposure(lost.Items.Length));
        var teller = new Teller<Exposures>(untold, link, time, MostAhead);
        using var timer = new PeriodicTimer(Length, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            // While the API is away they wait where each key stands once.
            if (link.IsUp && untold.Count == 0)
                foreach (var exposures in pending.Take())
                    untold.Add(exposures);
            teller.Tell();
        }
    }

    private static int SizeOf(Exposures dealt) => dealt.Items.Length;

    private void PutBack(KeptAnswer? answer)
    {
        if (answer is null)
            return;
        answer.Clear();
        answers.Return(answer);
        Interlocked.Decrement(ref kept);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An answer of variant {Variant} could not be looked at")]
    private partial void LogFailed(Guid variant, Exception failure);

    private readonly record struct Word(RouteExperiment Experiment, Guid Key, string RequestId, Guid Arm, KeptAnswer? Answer, DateTimeOffset At);
}
