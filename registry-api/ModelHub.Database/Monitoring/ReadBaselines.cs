using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Data;
using ModelHub.Domain.Models;
using ModelHub.Domain.Monitoring;

namespace ModelHub.Database.Monitoring;

/// <summary>
/// What versions are held against. Neither signatures nor profiles ever change, so each is read once; only more data of a version may come to be measured.
/// </summary>
public static class ReadBaselines
{
    private const int MostKnown = 10_000;
    private static readonly ConcurrentDictionary<(VersionId, int Profiles), Baseline> Known = new();

    /// <returns>One for each version that there is and whose signature is known.</returns>
    public static async Task<IReadOnlyDictionary<VersionId, Baseline>> RunAsync(ModelHubDb db, IReadOnlyCollection<VersionId> versions, CancellationToken ct)
    {
        var wanted = versions.Distinct().ToList();
        var measured = (await db.VersionDataVersions.AsNoTracking().Where(made => wanted.Contains(made.VersionId) && made.DataVersion.State == DataVersionState.Ready)
            .GroupBy(made => made.VersionId).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(ct)).ToDictionary(g => g.Key, g => g.Count);
        await ReadAsync(db, [.. wanted.Where(version => !Known.ContainsKey((version, measured.GetValueOrDefault(version))))], ct);
        return wanted.Select(version => (Version: version, Of: Known.GetValueOrDefault((version, measured.GetValueOrDefault(version)))))
            .Where(found => found.Of is not null).ToDictionary(found => found.Version, found => found.Of!);
    }

    private static async Task ReadAsync(ModelHubDb db, List<VersionId> missing, CancellationToken ct)
    {
        if (missing.Count == 0)
            return;
        if (Known.Count > MostKnown)
            Known.Clear();
        var signatures = await db.Versions.AsNoTracking().Where(v => missing.Contains(v.Id)).Select(v => new { v.Id, v.Signature }).ToListAsync(ct);
        var profiles = (await db.VersionDataVersions.AsNoTracking().Where(made => missing.Contains(made.VersionId) && made.DataVersion.State == DataVersionState.Ready)
            .Select(made => new { made.VersionId, made.DataVersion.Profile }).ToListAsync(ct)).ToLookup(made => made.VersionId, made => made.Profile);
        foreach (var version in signatures)
            if (version.Signature is { } signature)
                Known[(version.Id, profiles[version.Id].Count())] = Baseline.Of(signature, [.. profiles[version.Id].OfType<Profile>()]);
    }
}
