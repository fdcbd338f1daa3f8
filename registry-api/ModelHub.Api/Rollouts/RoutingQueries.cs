using ModelHub.Api.Models;

namespace ModelHub.Api.Rollouts;

/// <summary>What was in force at a past moment, for whoever has to answer for an old decision.</summary>
[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class RoutingQueries
{
    /// <summary>Which versions would have answered at that moment, and in which shares; null before the model was served there.</summary>
    public static async Task<RoutingChange?> GetRoutingAsync(string model, string environment, DateTimeOffset at, Caller caller, ModelHubDb db, CancellationToken ct)
    {
        var endpoint = (await db.Endpoints.AsNoTracking().Include(e => e.Model).SingleOrDefaultAsync(e => e.Model.Name == model && e.Environment.Name == environment, ct))
            .IfVisible(caller, e => e.Model.Name);
        return endpoint is null ? null : await db.RoutingAtAsync(endpoint.Id, at, ct);
    }

    /// <summary>The version that the alias champion, or another one, named at that moment; null when there was none.</summary>
    public static async Task<Version?> GetChampionAtAsync(
        string model, DateTimeOffset at, Caller caller, ModelHubDb db, VersionById versions, CancellationToken ct, string alias = Alias.Champion)
    {
        var found = (await db.Models.AsNoTracking().SingleOrDefaultAsync(m => m.Name == model, ct)).IfVisible(caller, m => m.Name);
        var change = found is null ? null : await db.AliasChanges.AsNoTracking().Where(c => c.ModelId == found.Id && c.Name == alias && c.At <= at)
            .OrderByDescending(c => c.At).ThenByDescending(c => c.Id).FirstOrDefaultAsync(ct);
        return change?.ToVersionId is { } version ? await versions.LoadAsync(version, ct) : null;
    }
}
