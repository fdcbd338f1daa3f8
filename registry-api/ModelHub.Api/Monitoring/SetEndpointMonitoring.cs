using ModelHub.Domain.Events;
using ModelHub.Domain.Monitoring;

namespace ModelHub.Api.Monitoring;

/// <param name="Measure">Such as <c>drift.psi</c>.</param>
/// <param name="Above">The highest value that is no breach; left out: any.</param>
/// <param name="Below">The lowest value that is no breach; left out: any.</param>
internal sealed record MeasureLimitInput(string Measure, double? Above, double? Below);

/// <param name="To">At most seven days after <c>from</c>.</param>
internal sealed record BaselineWindowInput(DateTimeOffset From, DateTimeOffset To);

/// <param name="WindowSeconds">Length of a window, so that whole ones make a day; 300 when left out.</param>
/// <param name="MinimumSamples">With fewer rows nothing is said; 500 when left out.</param>
/// <param name="Level">The chance that a window without drift shows a breach in any of its columns; 0.001 when left out.</param>
/// <param name="Limits">In place of the default limits of the measures they name.</param>
/// <param name="Baseline">A time of the endpoint's own traffic; left out: the profile of the data that the version was trained on.</param>
/// <param name="LeftOut">Columns that are not judged.</param>
/// <param name="UnusualFeatures">A row out of range in at least so many columns at once is unusual; 3 when left out.</param>
/// <param name="Segment">Input column by whose values quality is told apart too.</param>
/// <param name="ExpectedRevision">Of the endpoint.</param>
internal sealed record SetEndpointMonitoringInput(
    string Model, string Environment, int? WindowSeconds, int? MinimumSamples, double? Level, IReadOnlyList<MeasureLimitInput>? Limits, BaselineWindowInput? Baseline,
    IReadOnlyList<string>? LeftOut, int? UnusualFeatures, string? Segment, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class SetEndpointMonitoring
{
    /// <summary>Says how the windows of an endpoint's traffic are judged. What is left out is as at first.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(EndpointNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Endpoint, Refusal>> SetEndpointMonitoringAsync(
        SetEndpointMonitoringInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(SetEndpointMonitoring), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time, ct), ct);

    private static async Task<Result<Endpoint>> RunAsync(SetEndpointMonitoringInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (!caller.May(Permission.Operate, Place.In(input.Model, input.Environment)))
            return new NotPermitted();
        var endpoint = await db.Endpoints.SingleOrDefaultAsync(e => e.Model.Name == input.Model && e.Environment.Name == input.Environment, ct);
        if (endpoint is null)
            return new EndpointNotFound(input.Model, input.Environment);
        var policy = Policy(input);
        if ((Expect.Revision(endpoint, input.ExpectedRevision) ?? endpoint.MonitorBy(policy, time.GetUtcNow())) is { } refusal)
            return refusal;
        // Routers hear how many columns make a row unusual.
        await db.BumpAsync(Numbered.Routes, ct);
        return await db.CommitAsync(new MonitoringSet(input.Model, input.Environment, policy), caller.Actor, ct) is { } conflict ? conflict : endpoint;
    }

    private static MonitoringPolicy Policy(SetEndpointMonitoringInput input)
    {
        var first = MonitoringPolicy.Default;
        return new(
            input.WindowSeconds ?? first.WindowSeconds, input.MinimumSamples ?? first.MinimumSamples, input.Level ?? first.Level,
            input.Limits is { } limits ? [.. limits.Select(limit => new MeasureLimit(limit.Measure, limit.Above, limit.Below))] : null,
            input.Baseline is { } baseline ? new BaselineWindow(baseline.From, baseline.To) : null,
            input.LeftOut is { } leftOut ? [.. leftOut] : null, input.UnusualFeatures ?? first.UnusualFeatures, input.Segment);
    }
}
