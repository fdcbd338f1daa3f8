using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Training;

namespace ModelHub.Worker.Training.Retraining;

/// <summary>Why a pipeline should train: what arose since its last run was asked for, or since its triggers were set.</summary>
internal static class ObserveCauses
{
    private const int MostAlerts = 500;
    private const string Fired = "alert.fired";
    private const string Resolved = "alert.resolved";

    public static async Task<IReadOnlyList<Cause>> ReadAsync(ModelHubDb db, Pipeline pipeline, DateTimeOffset now, CancellationToken ct)
    {
        var policy = pipeline.Triggers!;
        var last = await db.TrainingRuns.AsNoTracking().Where(r => r.PipelineId == pipeline.Id).MaxAsync(r => (DateTimeOffset?)r.RequestedAt, ct);
        var since = last > pipeline.TriggersSetAt ? last.Value : pipeline.TriggersSetAt!.Value;
        return
        [
            .. (await db.ReadWishesAsync([pipeline.Id], ct)).Values.Select(wish => Cause.ByHand(wish.By, wish.At)),
            .. Due(policy, since, now),
            .. policy.OnNewData ? await NewDataAsync(db, pipeline, since, ct) : [],
            .. policy.OnAlerts.Count > 0 ? await AlertsAsync(db, pipeline, policy, since, ct) : [],
        ];
    }

    private static IEnumerable<Cause> Due(RetrainingPolicy policy, DateTimeOffset since, DateTimeOffset now)
    {
        if (policy.Schedule is { } schedule && DueTimes.Last(schedule, since, now) is { } due)
            yield return new Cause(CauseKind.Schedule, schedule.ToString(), due);
    }

    /// <summary>A version that is newer than all it trained on. What its own runs freeze is what they train on.</summary>
    private static async Task<IReadOnlyList<Cause>> NewDataAsync(ModelHubDb db, Pipeline pipeline, DateTimeOffset since, CancellationToken ct)
    {
        var trained = await db.TrainingRuns.AsNoTracking().Where(r => r.PipelineId == pipeline.Id && r.DataVersion.DatasetId == pipeline.DatasetId)
            .MaxAsync(r => (int?)r.DataVersion.Number, ct) ?? 0;
        var newest = await db.DataVersions.AsNoTracking()
            .Where(v => v.DatasetId == pipeline.DatasetId && v.State == DataVersionState.Ready && v.Number > trained && v.UpdatedAt > since)
            .OrderByDescending(v => v.Number).Select(v => new { v.Dataset.Name, v.Number, v.UpdatedAt }).FirstOrDefaultAsync(ct);
        return newest is null ? [] : [new Cause(CauseKind.NewData, string.Create(CultureInfo.InvariantCulture, $"{newest.Name}@{newest.Number}"), newest.UpdatedAt)];
    }

    /// <summary>What was told to fire at any endpoint of the model and not told to be over: silenced alerts are not told.</summary>
    private static async Task<IReadOnlyList<Cause>> AlertsAsync(ModelHubDb db, Pipeline pipeline, RetrainingPolicy policy, DateTimeOffset since, CancellationToken ct)
    {
        var endpoints = Subjects.Endpoint(pipeline.Model.Name, "");
        var told = await db.Events.AsNoTracking()
            .Where(e => (e.Type == Fired || e.Type == Resolved) && e.Subject.StartsWith(endpoints) && e.At > since)
            .OrderByDescending(e => e.Sequence).Take(MostAlerts).Select(e => new { e.Type, e.Data, e.At }).ToListAsync(ct);
        var over = told.Where(e => e.Type == Resolved).Select(e => Json.Read<AlertResolved>(e.Data).Alert).ToHashSet();
        return
        [
            .. from fired in told.Where(e => e.Type == Fired).Select(e => (Alert: Json.Read<AlertFired>(e.Data), e.At))
               where policy.IsStartedBy(fired.Alert.Measure) && !over.Contains(fired.Alert.Alert)
               group fired by $"{fired.Alert.Rule} ({fired.Alert.Measure}) in {fired.Alert.Environment}" into same
               select new Cause(CauseKind.Alert, same.Key, same.Max(f => f.At)),
        ];
    }
}
