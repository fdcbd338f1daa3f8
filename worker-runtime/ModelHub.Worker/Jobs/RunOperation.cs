using System.Diagnostics;
using ModelHub.Database;
using ModelHub.Domain.Operations;
using ModelHub.Worker.Metrics;

namespace ModelHub.Worker.Jobs;

/// <summary>
/// One attempt of an operation from begin to end. Refused input fails it at once, a fault sends it back into the queue
/// with a growing pause, a wish to cancel or a newer attempt stops it, and a worker that shuts down gives it back.
/// </summary>
internal sealed partial class RunOperation(IEnumerable<IWork> works, OperationStore store, WorkerMeter meter, ILogger<RunOperation> logger)
{
    /// <summary>Attempts that may begin; a job that kills its worker each time must end some day.</summary>
    public const int MaximumAttempts = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, IWork> works = works.ToDictionary(w => w.Kind);

    public async Task RunAsync(OperationId id, CancellationToken shutdown)
    {
        if (await Outage.RideOutAsync(() => store.FindAsync(id, shutdown), shutdown) is not { } queued) return;
        if (!works.TryGetValue(queued.Kind, out var work))
        {
            // Another version of the worker may know it; this one must not spin on it.
            LogUnknown(queued.Kind, id.Value);
            return;
        }
        if (await Outage.RideOutAsync(() => store.BeginAsync(work, id, work.MaximumAttempts, shutdown), shutdown) is not { } attempt) return;
        LogBegan(queued.Kind, id.Value, attempt.Number);
        meter.Began();
        var started = Stopwatch.GetTimestamp();
        var outcome = await RunAsync(work, attempt, shutdown);
        meter.Ended(attempt.Operation.Kind, outcome, Stopwatch.GetElapsedTime(started));
        LogEnded(attempt.Operation.Kind, id.Value, attempt.Number, outcome);
    }

    private async Task<string> RunAsync(IWork work, Attempt attempt, CancellationToken shutdown)
    {
        // A worker that is told to stop does not wait for a database for ever: its job is then recovered elsewhere.
        using var lastWords = new CancellationTokenSource();
        using var patience = shutdown.Register(() => lastWords.CancelAfter(Patience));
        await using var log = new ProgressPump(store, work, attempt);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(shutdown);
        await using var watch = CancelWatch.Start(store, attempt, stop);
        try
        {
            var conclusion = await work.RunAsync(attempt.Operation, log, stop.Token);
            await log.FlushAsync();
            await Outage.RideOutAsync(() => conclusion.AwaitsChildren
                ? store.AwaitChildrenAsync(work, attempt, conclusion, CancellationToken.None)
                : store.SucceedAsync(attempt, conclusion, CancellationToken.None), lastWords.Token);
            return conclusion.AwaitsChildren ? "waits" : "succeeded";
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await log.FlushAsync();
            if (watch.Superseded) return "superseded";
            if (watch.CancelWished) await Outage.RideOutAsync(() => store.CancelAsync(work, attempt, CancellationToken.None), lastWords.Token);
            else await Outage.RideOutAsync(() => store.GiveBackAsync(attempt, CancellationToken.None), lastWords.Token);
            return watch.CancelWished ? "cancelled" : "given-back";
        }
        catch (BadInputException refused)
        {
            log.Line(refused.Message);
            await log.FlushAsync();
            await Outage.RideOutAsync(() => store.FailAsync(work, attempt, refused.Message, CancellationToken.None), lastWords.Token);
            LogRefused(attempt.Operation.Kind, attempt.Operation.Id.Value, refused.Message);
            return "refused";
        }
        catch (Exception fault)
        {
            LogFault(fault, attempt.Operation.Kind, attempt.Operation.Id.Value, attempt.Number);
            await log.FlushAsync();
            await Outage.RideOutAsync(() => store.RetryAsync(work, attempt, work.MaximumAttempts, fault.Message, CancellationToken.None), lastWords.Token);
            return "faulted";
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "No work of kind {Kind} is known for operation {Operation}")]
    private partial void LogUnknown(string kind, Guid operation);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Operation} began attempt {Attempt}")]
    private partial void LogBegan(string kind, Guid operation, int attempt);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Operation} attempt {Attempt} ended: {Outcome}")]
    private partial void LogEnded(string kind, Guid operation, int attempt, string outcome);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Operation} was refused: {Reason}")]
    private partial void LogRefused(string kind, Guid operation, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Operation} failed in attempt {Attempt}")]
    private partial void LogFault(Exception fault, string kind, Guid operation, int attempt);
}
