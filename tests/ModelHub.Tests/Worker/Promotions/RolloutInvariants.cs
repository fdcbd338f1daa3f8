using System.Data;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Support;
using Npgsql;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;

namespace ModelHub.Tests.Worker.Promotions;

/// <summary>What holds at every moment, whatever people, nodes and loops are doing. All of it is read at one moment.</summary>
internal sealed class RolloutInvariants(TestDatabase database)
{
    /// <returns>what does not hold</returns>
    public async Task<List<string>> BrokenAsync(CancellationToken ct)
    {
        await using var db = database.Open();
        await using var moment = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var endpoint = await db.Endpoints.AsNoTracking().Include(e => e.Variants.Where(v => v.ValidTo == null)).ThenInclude(v => v.Version).SingleAsync(ct);
        var promotions = await db.Promotions.AsNoTracking().Include(p => p.Version).OrderBy(p => p.RequestedAt).ToListAsync(ct);
        return
        [
            .. Split(endpoint, promotions), .. await RecordsAsync(db, endpoint, ct), .. await ChampionAsync(db, endpoint, promotions, ct),
            .. await BlocksAsync(db, endpoint, ct), .. promotions.SelectMany(Path), .. await EventsAsync(db, promotions, ct),
        ];
    }

    /// <summary>The chain of events is whole.</summary>
    public async Task<AuditVerification> ChainAsync(CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        return await new VerifyAudit(source).RunAsync(ct);
    }

    private static IEnumerable<string> Split(Endpoint endpoint, List<Promotion> promotions)
    {
        var sum = endpoint.Variants.Sum(v => v.Weight);
        if (Math.Abs(sum!.Value - 100) > 1e-9)
            yield return $"shares add up to {sum}";
        if (endpoint.Variants.Count(v => v.Role == VariantRole.Primary) is var primaries and not 1)
            yield return $"{primaries} primaries";
        var open = promotions.Where(p => p.State.IsOpen()).ToList();
        if (open.Count > 1)
            yield return $"{open.Count} open promotions of one endpoint";
        var tried = open.SingleOrDefault(p => p.CurrentStage() is Stage.Canary);
        var (share, asked) = (endpoint.Canary(), (tried?.CurrentStage() as Stage.Canary)?.Weight);
        if (share?.Weight != asked || share?.VersionId != tried?.VersionId)
            yield return $"version {share?.Version.Number} has {share?.Weight} %, and the stage of version {tried?.Version.Number} gives {asked}";
        if (open.SingleOrDefault(p => p.State is PromotionState.Shifting or PromotionState.Watching) is { } moved && endpoint.Primary()?.VersionId != moved.VersionId)
            yield return $"version {moved.Version.Number} is {moved.State} and has no traffic";
    }

    /// <summary>The history says of now what the variants say.</summary>
    private static async Task<IEnumerable<string>> RecordsAsync(ModelHubDb db, Endpoint endpoint, CancellationToken ct)
    {
        var recorded = (await db.RoutingAtAsync(endpoint.Id, DateTimeOffset.UtcNow.AddMinutes(1), ct))!.Variants;
        var (said, held) = (recorded.Select(v => (v.VersionId, v.Role, v.Weight)).ToHashSet(), endpoint.Variants.Select(v => (v.VersionId, v.Role, v.Weight)).ToHashSet());
        return said.SetEquals(held) ? [] : [$"routing(at: now) says {string.Join(", ", said)} and the variants {string.Join(", ", held)}"];
    }

    /// <summary>While routers switch to a version it has the traffic already and is the champion in a moment.</summary>
    private static async Task<IEnumerable<string>> ChampionAsync(ModelHubDb db, Endpoint endpoint, List<Promotion> promotions, CancellationToken ct)
    {
        var champion = await db.Aliases.AsNoTracking().Include(a => a.Version).SingleAsync(a => a.Name == Alias.Champion, ct);
        return promotions.Exists(p => p.State == PromotionState.Shifting) || champion.VersionId == endpoint.Primary()!.VersionId
            ? []
            : [$"the champion is {champion.Version.Number}, the primary {endpoint.Primary()!.Version.Number}"];
    }

    private static async Task<IEnumerable<string>> BlocksAsync(ModelHubDb db, Endpoint endpoint, CancellationToken ct)
    {
        var blocked = await db.VersionBlocks.Where(b => b.EnvironmentId == endpoint.EnvironmentId && b.LiftedAt == null).Select(b => b.VersionId).ToListAsync(ct);
        return endpoint.Variants.Where(v => blocked.Contains(v.VersionId)).Select(v => $"version {v.Version.Number} is blocked and {v.Role}");
    }

    private static IEnumerable<string> Path(Promotion promotion)
    {
        var steps = promotion.Steps.Select(s => s.Name).ToList();
        return steps[^1] == promotion.State && steps.Zip(steps.Skip(1)).All(step => step.First.MayBecome(step.Second))
            ? []
            : [$"the promotion of version {promotion.Version.Number} went {string.Join(" > ", steps)} and is {promotion.State}"];
    }

    /// <summary>Whoever waits for the end of a promotion is told of it, once.</summary>
    private static async Task<IEnumerable<string>> EventsAsync(ModelHubDb db, List<Promotion> promotions, CancellationToken ct)
    {
        var told = (await db.Events.AsNoTracking().Where(e => EF.Functions.JsonExists(e.Data, "promotion")).ToListAsync(ct)).ToLookup(e => PromotionOf(e.Data));
        return promotions.Where(p => !p.State.IsOpen()).SelectMany(p =>
        {
            var ends = told[p.Id.Value].Count(e => Tells(e, p.State));
            return ends == 1 ? Array.Empty<string>() : [$"{ends} events tell that version {p.Version.Number} is {p.State}"];
        });
    }

    private static Guid? PromotionOf(string data)
    {
        using var json = JsonDocument.Parse(data);
        return json.RootElement.TryGetProperty("promotion", out var promotion) && promotion.ValueKind == JsonValueKind.String ? promotion.GetGuid() : null;
    }

    private static bool Tells(EventRow row, PromotionState state) => state switch
    {
        PromotionState.Live => row.Type == "version.promoted",
        PromotionState.RolledBack => row.Type == "endpoint.rolled-back",
        PromotionState.Aborted => row.Type == "promotion.aborted",
        PromotionState.Rejected => row.Type == "promotion.rejected",
        _ => row.Type == "promotion.advanced" && row.Data.Contains($"\"{state}\"", StringComparison.OrdinalIgnoreCase),
    };
}
