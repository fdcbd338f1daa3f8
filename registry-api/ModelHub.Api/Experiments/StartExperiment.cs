using System.Security.Cryptography;
using ModelHub.Domain.Experiments;

namespace ModelHub.Api.Experiments;

/// <param name="Share">In percent of the keys; all arms have 100 together.</param>
internal sealed record ExperimentArmInput(string Name, int Version, double Share);

/// <summary>Exactly one of the three.</summary>
/// <param name="Header">The name of a header.</param>
/// <param name="Field">A V2 request's parameter, or a field of the first row given to /predict.</param>
internal sealed record ExperimentKeyInput(string? Header, string? Cookie, string? Field)
{
    public Result<StickyKey> Key() => (Header, Cookie, Field) switch
    {
        ({ } header, null, null) => new StickyKey(StickySource.Header, header),
        (null, { } cookie, null) => new StickyKey(StickySource.Cookie, cookie),
        (null, null, { } field) => new StickyKey(StickySource.Field, field),
        _ => new InvalidInput("key", "one of header, cookie and field"),
    };
}

/// <param name="Output">The mean of this output over the rows of a key's first answer.</param>
/// <param name="Class">Instead, the share of the rows taken for this class.</param>
internal sealed record ExperimentMetricInput(string Output, string? Class);

/// <param name="Arms">2 to 8; one is the version that has the traffic now, and is what the others are compared with.</param>
/// <param name="Key">What tells one user from another.</param>
/// <param name="Metric">Left out: labels count, which are posted later.</param>
/// <param name="Direction">HIGHER_IS_BETTER when left out.</param>
/// <param name="Alpha">The chance of calling arms different that are not, however often one looks; 0.05 when left out.</param>
/// <param name="MinimumSamples">Keys with a value that each arm needs before it is compared; 100 when left out.</param>
/// <param name="MaximumTime">From the moment it runs; 14 days when left out.</param>
/// <param name="ExpectedRevision">Of the endpoint.</param>
internal sealed record StartExperimentInput(
    string Model, string Environment, IReadOnlyList<ExperimentArmInput> Arms, ExperimentKeyInput Key, ExperimentMetricInput? Metric, MetricDirection? Direction,
    double? Alpha, int? MinimumSamples, TimeSpan? MaximumTime, long? ExpectedRevision, string? IdempotencyKey)
{
    public Result<ExperimentOptions> Options()
    {
        if (Key.Key().IsRefused(out var refusal, out var key))
            return refusal;
        var standard = ExperimentOptions.Default;
        return new ExperimentOptions(
            key, Metric is null ? ExperimentMetric.Labels : new ExperimentMetric(MetricSource.Answer, Metric.Output, Metric.Class),
            Direction ?? standard.Direction, Alpha ?? standard.Alpha, MinimumSamples ?? standard.MinimumSamples, MaximumTime ?? standard.MaximumTime);
    }
}

[MutationType]
internal static class StartExperiment
{
    /// <summary>Shares an endpoint's traffic between versions, sticky by a key, to find out which is better. Keys are dealt once all arms are loaded and ready.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(VersionNotFound))]
    [Error(typeof(EnvironmentNotFound))]
    [Error(typeof(VersionNotReady))]
    [Error(typeof(VersionNotServable))]
    [Error(typeof(VersionBlocked))]
    [Error(typeof(NothingLive))]
    [Error(typeof(ControlNotLive))]
    [Error(typeof(ArmNotCompatible))]
    [Error(typeof(ExperimentInProgress))]
    [Error(typeof(ModelHub.Api.Promotions.PromotionInProgress))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Experiment, Refusal>> StartExperimentAsync(
        StartExperimentInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(StartExperiment), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Experiment>> RunAsync(StartExperimentInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Operate, Place.In(input.Model, input.Environment)))
            return new NotPermitted();
        if (input.Options().IsRefused(out var unfit, out var options))
            return unfit;
        if (await db.Environments.SingleOrDefaultAsync(e => e.Name == input.Environment, ct) is not { } environment)
            return new EnvironmentNotFound(input.Environment);
        if ((await ArmsAsync(input, environment, db, ct)).IsRefused(out var unknown, out var arms))
            return unknown;
        var endpoint = await db.Endpoints.Include(e => e.Variants.Where(v => v.ValidTo == null)).ThenInclude(v => v.Version)
            .SingleOrDefaultAsync(e => e.Model.Name == input.Model && e.EnvironmentId == environment.Id, ct);
        if (endpoint is not null && Expect.Revision(endpoint, input.ExpectedRevision) is { } conflict)
            return conflict;

        var request = new ExperimentRequest(
            input.Model, input.Environment, endpoint, arms, options,
            endpoint is null ? null : await db.OpenPromotionAtAsync(endpoint.Id, ct),
            endpoint is null ? null : await db.OpenExperimentAtAsync(endpoint.Id, ct),
            RandomNumberGenerator.GetBytes(Experiment.SaltBytes));
        if ((await db.OpenExperimentAsync(request, caller.Actor, now, ct)).IsRefused(out var refusal, out var opened))
            return refusal is ModelHub.Domain.Promotions.PromotionInProgress ? new ModelHub.Api.Promotions.PromotionInProgress(request.Promotion) : refusal;
        return await db.CommitAsync(opened.Started, caller.Actor, ct) is { } refused ? refused : opened.Experiment;
    }

    private static async Task<Result<IReadOnlyList<AskedArm>>> ArmsAsync(
        StartExperimentInput input, Domain.Environments.Environment environment, ModelHubDb db, CancellationToken ct)
    {
        // A list of any length is looked at no further than it may be long.
        var wanted = input.Arms.Take(Experiment.MostArms + 1).ToList();
        var numbers = wanted.Select(a => a.Version).ToList();
        var versions = await db.Versions.Include(v => v.Model).Where(v => v.Model.Name == input.Model && numbers.Contains(v.Number)).ToDictionaryAsync(v => v.Number, ct);
        var arms = new List<AskedArm>();
        foreach (var arm in wanted)
        {
            if (!versions.TryGetValue(arm.Version, out var version))
                return new VersionNotFound(input.Model, arm.Version);
            arms.Add(new AskedArm(arm.Name, version, arm.Share, await db.BlockOfAsync(version.Id, environment.Id, ct)));
        }
        return arms;
    }
}
