using ModelHub.Domain.Events;

namespace ModelHub.Api.Rollouts;

/// <param name="OutstandingPerReplica">Requests in work at a time that one replica carries well; 4 when left out.</param>
/// <param name="P99Ms">One more replica when the slowest hundredth takes longer, in milliseconds; left out: latency asks for nothing.</param>
/// <param name="CpuPercent">Of the processors of the nodes that hold it; left out: they ask for nothing.</param>
/// <param name="ScaleDownSeconds">For how long the load must have asked for less before one replica goes; 300 when left out.</param>
internal sealed record ScalingPolicyInput(int MinReplicas, int MaxReplicas, double? OutstandingPerReplica, double? P99Ms, double? CpuPercent, int? ScaleDownSeconds);

/// <param name="Policy">Left out: the number of replicas stays as it is from now on.</param>
/// <param name="ExpectedRevision">Of the endpoint.</param>
internal sealed record SetEndpointScalingInput(string Model, string Environment, ScalingPolicyInput? Policy, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class SetEndpointScaling
{
    /// <summary>Lets the replicas of an endpoint follow its load within bounds, or leaves them as they are from now on.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(EndpointNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Endpoint, Refusal>> SetEndpointScalingAsync(
        SetEndpointScalingInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(SetEndpointScaling), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time, ct), ct);

    private static async Task<Result<Endpoint>> RunAsync(SetEndpointScalingInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (!caller.May(Permission.Operate, Place.In(input.Model, input.Environment)))
            return new NotPermitted();
        var endpoint = await db.Endpoints.SingleOrDefaultAsync(e => e.Model.Name == input.Model && e.Environment.Name == input.Environment, ct);
        if (endpoint is null)
            return new EndpointNotFound(input.Model, input.Environment);
        var policy = Policy(input.Policy);
        var refusal = Expect.Revision(endpoint, input.ExpectedRevision)
            ?? endpoint.ScaleBy(policy, time.GetUtcNow())
            ?? await db.CommitAsync(new ScalingSet(input.Model, input.Environment, policy), caller.Actor, ct);
        return refusal is null ? endpoint : refusal;
    }

    private static ScalingPolicy? Policy(ScalingPolicyInput? input)
    {
        if (input is null)
            return null;
        var policy = new ScalingPolicy(input.MinReplicas, input.MaxReplicas, P99Ms: input.P99Ms, CpuPercent: input.CpuPercent);
        return policy with
        {
            OutstandingPerReplica = input.OutstandingPerReplica ?? policy.OutstandingPerReplica,
            ScaleDownSeconds = input.ScaleDownSeconds ?? policy.ScaleDownSeconds,
        };
    }
}
