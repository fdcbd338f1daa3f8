using System.Diagnostics;
using System.Text.Json;
using ModelHub.Api.Configuration;
using ModelHub.Domain.Artifacts;

namespace ModelHub.Api.Artifacts;

/// <param name="DryRun">Only tell what would be removed.</param>
/// <param name="GraceHours">Null: as the setting Store:GraceHours says.</param>
/// <param name="After">Go on behind this digest: what an earlier call gave as next.</param>
internal sealed record CollectArtifactsInput(bool DryRun, int? GraceHours, string? After, string? IdempotencyKey);

/// <summary>What a collection of stored bytes found.</summary>
/// <param name="DryRun">Nothing was removed.</param>
/// <param name="Looked">Artifacts looked at.</param>
/// <param name="Bytes">Of all that are listed.</param>
/// <param name="Artifacts">What nothing refers to: removed, unless it was a dry run.</param>
/// <param name="Next">To go on with; null when all were looked at.</param>
internal sealed record ArtifactCollection(bool DryRun, int Looked, long Bytes, IReadOnlyList<UnreferencedArtifact> Artifacts, string? Next);

[MutationType]
internal static class CollectUnreferenced
{
    private const int Most = 1000;

    /// <summary>Much less than a request may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Removes stored bytes that nothing refers to and nobody asked after for the time of grace, some thousands at a call.</summary>
    [Authorize(nameof(Permission.Administer))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<ArtifactCollection, Refusal>> CollectArtifactsAsync(
        CollectArtifactsInput input, Caller caller, ModelHubDb db, CollectArtifacts collect, ApiOptions options, CancellationToken ct)
        => db.OnceAsync(
            caller, nameof(CollectArtifacts), input, input.IdempotencyKey, () => RunAsync(input, caller, collect, options, ct),
            collection => JsonSerializer.Serialize(collection), text => Task.FromResult(JsonSerializer.Deserialize<ArtifactCollection>(text)!), ct);

    private static async Task<Result<ArtifactCollection>> RunAsync(CollectArtifactsInput input, Caller caller, CollectArtifacts collect, ApiOptions options, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            return new NotPermitted();
        var grace = input.GraceHours is { } hours ? TimeSpan.FromHours(hours) : options.Store.Grace;
        if (grace < StoreOptions.LeastGrace || grace > StoreOptions.MostGrace)
            return new InvalidInput("graceHours", $"{StoreOptions.LeastGrace.TotalHours} to {StoreOptions.MostGrace.TotalHours}");
        if (input.After is not null && !ArtifactNames.IsHex(input.After))
            return new InvalidInput("after", "what an earlier call gave as next");

        var (started, looked, found, next) = (Stopwatch.GetTimestamp(), 0, new List<UnreferencedArtifact>(), input.After);
        do
        {
            var step = await collect.StepAsync(next, grace, input.DryRun, caller.Actor, ct);
            looked += step.Looked;
            found.AddRange(step.Unreferenced);
            next = step.Next;
        }
        while (next is not null && found.Count < Most && Stopwatch.GetElapsedTime(started) < Patience);
        return new ArtifactCollection(input.DryRun, looked, found.Sum(one => one.Size), found, next);
    }
}
