using ModelHub.Domain.Events;

namespace ModelHub.Api.Rollouts;

/// <summary>Exactly one of the two.</summary>
/// <param name="Header">A header whose value keeps a caller on one variant.</param>
/// <param name="Field">A V2 request's parameter, or a field of the first row given to /predict, that does so.</param>
internal sealed record StickyKeyInput(string? Header, string? Field);

/// <param name="Seconds">For how long an answer is given again; left out: until the room is needed or the version is unloaded.</param>
internal sealed record AnswerCacheInput(int? Seconds);

/// <param name="Sticky">Left out: requests are dealt by the weights alone.</param>
/// <param name="CanaryFallsBack">A request that a canary fails is answered by the primary; so it is when left out.</param>
/// <param name="Limit">For all callers together, per router; left out: none.</param>
/// <param name="HoldMilliseconds">How long a request waits for a node when none is ready; 0 when left out.</param>
/// <param name="Cache">Nodes keep answers and give them again for the same inputs; left out: every request is run.</param>
/// <param name="OutOfRange">What becomes of fields given to /predict whose values the version has not seen in its data; IGNORE when left out.</param>
/// <param name="ExpectedRevision">Of the endpoint.</param>
internal sealed record SetEndpointTrafficInput(
    string Model, string Environment, StickyKeyInput? Sticky, bool? CanaryFallsBack, RateLimitInput? Limit, int? HoldMilliseconds,
    AnswerCacheInput? Cache, OutOfRange? OutOfRange, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class SetEndpointTraffic
{
    /// <summary>Says how routers and nodes deal with an endpoint's requests beyond the weights of its variants. What is left out is off from now on, but for the primary's answering what a canary fails.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(EndpointNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Endpoint, Refusal>> SetEndpointTrafficAsync(
        SetEndpointTrafficInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(SetEndpointTraffic), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time, ct), ct);

    private static async Task<Result<Endpoint>> RunAsync(SetEndpointTrafficInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (!caller.May(Permission.Operate, Place.In(input.Model, input.Environment)))
            return new NotPermitted();
        var endpoint = await db.Endpoints.SingleOrDefaultAsync(e => e.Model.Name == input.Model && e.Environment.Name == input.Environment, ct);
        if (endpoint is null)
            return new EndpointNotFound(input.Model, input.Environment);
        if (input.Sticky is { } sticky && (sticky.Header is null) == (sticky.Field is null))
            return new InvalidInput("sticky", "either a header or a field");
        var (rules, before) = (Rules(input), endpoint.Traffic);
        if ((Expect.Revision(endpoint, input.ExpectedRevision) ?? endpoint.Rule(rules, time.GetUtcNow())) is { } refusal)
            return refusal;
        await db.BumpAsync(Numbered.Routes, ct);
        if (rules.ReachNodes() || before?.ReachNodes() == true)
            await db.BumpAsync(Numbered.Assignments, ct);
        return await db.CommitAsync(new TrafficRulesSet(input.Model, input.Environment, rules), caller.Actor, ct) is { } conflict ? conflict : endpoint;
    }

    private static TrafficRules Rules(SetEndpointTrafficInput input) => new(
        input.Sticky is null ? null
            : input.Sticky.Header is { } header ? new StickyKey(StickySource.Header, header)
            : new StickyKey(StickySource.Field, input.Sticky.Field!),
        input.CanaryFallsBack ?? true, input.Limit?.Limit(), input.HoldMilliseconds ?? 0,
        input.Cache is { } cache ? new AnswerCache(cache.Seconds) : null, input.OutOfRange ?? OutOfRange.Ignore);
}
