using ModelHub.Database;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Operations;

namespace ModelHub.Worker.Jobs;

/// <summary>
/// One kind of operation. Every method may run again after a kill at any line, and two attempts may overlap for a
/// moment: what they write to the database goes through the given context, which is committed only while the attempt
/// is the current one.
/// </summary>
internal interface IWork
{
    /// <summary>See <see cref="OperationKinds"/>.</summary>
    string Kind { get; }

    /// <summary>Attempts that may begin; more where each goes on from where the last one was.</summary>
    int MaximumAttempts => RunOperation.MaximumAttempts;

    /// <summary>Marks the subject as being worked on, in the transaction that begins the attempt.</summary>
    Task<IReadOnlyList<Event>> BeginAsync(ModelHubDb db, Operation operation, CancellationToken ct);

    /// <summary>Does the work. A <see cref="BadInputException"/> fails the operation at once, any other exception is a fault and tried again.</summary>
    Task<Conclusion> RunAsync(Operation operation, IProgressLog log, CancellationToken ct);

    /// <summary>Writes the failure on the subject, in the transaction that ends the operation.</summary>
    Task<IReadOnlyList<Event>> FailAsync(ModelHubDb db, Operation operation, string reason, CancellationToken ct);

    /// <summary>The same for a cancellation that somebody wished.</summary>
    Task<IReadOnlyList<Event>> CancelAsync(ModelHubDb db, Operation operation, CancellationToken ct);

    /// <summary>Carries the progress over to the subject, where it shows one.</summary>
    Task AdvanceAsync(ModelHubDb db, Operation operation, double progress, CancellationToken ct) => Task.CompletedTask;
}

/// <summary>What the work found, to be written in the transaction that ends the operation.</summary>
/// <param name="Message">One line for people.</param>
/// <param name="WriteAsync">Gives the events of what it wrote, or the refusal of a subject that somebody else ended meanwhile.</param>
/// <param name="AwaitsChildren">The operation does not end: it made children, and goes on with another attempt when they have ended.</param>
internal sealed record Conclusion(string Message, Func<ModelHubDb, CancellationToken, Task<Result<IReadOnlyList<Event>>>> WriteAsync, bool AwaitsChildren = false);

/// <summary>Where running work tells how far it is. Cheap, never blocks, safe from any thread.</summary>
internal interface IProgressLog
{
    /// <param name="share">0 to 1.</param>
    void Progress(double share, string? line = null);

    void Line(string text);
}
