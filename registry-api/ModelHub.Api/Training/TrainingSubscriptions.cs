using System.Runtime.CompilerServices;
using ModelHub.Api.Operations;
using ModelHub.Database.Events;

namespace ModelHub.Api.Training;

[SubscriptionType]
[Authorize(nameof(Permission.Read))]
internal static class TrainingSubscriptions
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>The log of a run, line by line, until the run has ended; from the beginning, or after the line seen last.</summary>
    [Subscribe(With = nameof(FollowLog))]
    public static LogLine TrainingLog([EventMessage] LogLine line) => line;

    /// <param name="after">The sequence of the last line seen.</param>
    public static async IAsyncEnumerable<LogLine> FollowLog(
        [ID<TrainingRun>] TrainingRunId run, long? after, Caller caller, IDbContextFactory<ModelHubDb> factory, Changes changes,
        [EnumeratorCancellation] CancellationToken ct)
    {
        var sequence = after ?? 0;
        while (true)
        {
            var seen = changes.Count;
            var (lines, ended) = await Outage.RideOutAsync(() => ReadAsync(run, sequence, caller, factory, ct), ct);
            foreach (var line in lines)
            {
                yield return line;
                sequence = line.Sequence;
            }
            if (lines.Count > 0)
                continue;
            if (ended)
                yield break;
            await changes.WaitAsync(seen, Look, ct);
        }
    }

    private static async Task<(IReadOnlyList<LogLine> Lines, bool Ended)> ReadAsync(
        TrainingRunId id, long after, Caller caller, IDbContextFactory<ModelHubDb> factory, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var run = (await db.TrainingRuns.AsNoTracking().Include(r => r.Pipeline).SingleOrDefaultAsync(r => r.Id == id, ct)).IfVisible(caller, r => r.Pipeline.Name);
        return run is null ? ([], true) : (await OperationLog.ReadAsync(db, run.OperationId, after, ct), run.State.HasEnded());
    }
}
