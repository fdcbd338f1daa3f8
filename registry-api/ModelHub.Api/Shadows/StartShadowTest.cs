using ModelHub.Domain.Shadows;

namespace ModelHub.Api.Shadows;

/// <summary>Numbers are the same within absolute + relative · max(|a|, |b|); 0.01 and 0.05 when left out.</summary>
internal sealed record ToleranceInput(double? Absolute, double? Relative);

/// <summary>What is left out is not judged.</summary>
/// <param name="MaxDifferenceRate">Share of rows of which any output differs beyond the tolerance, from 0 to 1.</param>
/// <param name="MaxClassFlipRate">Share of rows with another class, from 0 to 1.</param>
/// <param name="MaxErrorRate">Share of the requests answered by the primary that the candidate fails, from 0 to 1.</param>
/// <param name="MaxErrorRateOverPrimary">The candidate's error rate less the primary's on the same requests, from 0 to 1.</param>
/// <param name="MaxP50Ms">The candidate's median, in milliseconds.</param>
/// <param name="MaxP99Ms">Its slowest hundredth, in milliseconds.</param>
/// <param name="MaxP50Ratio">Its median over the primary's, on the same requests.</param>
/// <param name="MaxP99Ratio">Its slowest hundredth over the primary's, on the same requests.</param>
internal sealed record ShadowLimitsInput(
    double? MaxDifferenceRate, double? MaxClassFlipRate, double? MaxErrorRate, double? MaxErrorRateOverPrimary,
    double? MaxP50Ms, double? MaxP99Ms, double? MaxP50Ratio, double? MaxP99Ratio)
{
    public ShadowLimits Limits() =>
        new(MaxDifferenceRate, MaxClassFlipRate, MaxErrorRate, MaxErrorRateOverPrimary, MaxP50Ms, MaxP99Ms, MaxP50Ratio, MaxP99Ratio);
}

/// <param name="Percent">Share of the endpoint's requests that the version gets a copy of; 100 when left out.</param>
/// <param name="MinimumSamples">Requests to compare before it is judged; 200 when left out.</param>
/// <param name="MaximumTime">From the moment it runs; an hour when left out.</param>
/// <param name="Limits">Left out: at most 10 % of the rows may differ and 1 % of the requests fail beyond the primary's.</param>
/// <param name="Segment">A column of the input by whose values differences are counted.</param>
/// <param name="Redacted">Names of fields whose values are not kept in examples; * for all.</param>
/// <param name="ExpectedRevision">Of the endpoint.</param>
internal sealed record StartShadowTestInput(
    string Model, int Version, string Environment, double? Percent, int? MinimumSamples, TimeSpan? MaximumTime, ToleranceInput? Tolerance, ShadowLimitsInput? Limits,
    string? Segment, IReadOnlyList<string>? Redacted, long? ExpectedRevision, string? IdempotencyKey)
{
    public ShadowOptions Options()
    {
        var standard = ShadowOptions.Default;
        return new ShadowOptions(
            Percent ?? standard.Percent, MinimumSamples ?? standard.MinimumSamples, MaximumTime ?? standard.MaximumTime,
            new Tolerance(Tolerance?.Absolute ?? standard.Tolerance.Absolute, Tolerance?.Relative ?? standard.Tolerance.Relative),
            Limits?.Limits() ?? standard.Limits,
            Segment, Redacted ?? standard.Redacted);
    }
}

[MutationType]
internal static class StartShadowTest
{
    /// <summary>Mirrors requests to a version and compares what it answers with what the callers get. Several versions may be tested at once.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(VersionNotFound))]
    [Error(typeof(EnvironmentNotFound))]
    [Error(typeof(VersionNotReady))]
    [Error(typeof(VersionNotServable))]
    [Error(typeof(VersionAlreadyLive))]
    [Error(typeof(NothingToCompareWith))]
    [Error(typeof(AlreadyShadowed))]
    [Error(typeof(TooManyShadows))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<ShadowTest, Refusal>> StartShadowTestAsync(
        StartShadowTestInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(StartShadowTest), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<ShadowTest>> RunAsync(StartShadowTestInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Operate, Place.In(input.Model, input.Environment)))
            return new NotPermitted();
        if (!await db.Environments.AnyAsync(e => e.Name == input.Environment, ct))
            return new EnvironmentNotFound(input.Environment);
        if (await db.Versions.Include(v => v.Model).SingleOrDefaultAsync(v => v.Model.Name == input.Model && v.Number == input.Version, ct) is not { } version)
            return new VersionNotFound(input.Model, input.Version);
        var endpoint = await db.Endpoints.Include(e => e.Environment).Include(e => e.Variants.Where(v => v.ValidTo == null)).ThenInclude(v => v.Version)
            .SingleOrDefaultAsync(e => e.ModelId == version.ModelId && e.Environment.Name == input.Environment, ct);
        if (endpoint is null)
            return new NothingToCompareWith(input.Model, input.Environment);
        if (Expect.Revision(endpoint, input.ExpectedRevision) is { } conflict)
            return conflict;
        if ((await db.OpenShadowTestAsync(version, endpoint, input.Options(), null, caller.Actor, now, ct)).IsRefused(out var refusal, out var opened))
            return refusal;
        return await db.CommitAsync(opened.Started, caller.Actor, ct) is { } refused ? refused : opened.Test;
    }
}
