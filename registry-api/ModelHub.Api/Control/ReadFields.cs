using System.Collections.Immutable;
using ModelHub.Domain.Predictions;
using ModelHub.Protocol;

namespace ModelHub.Api.Control;

/// <summary>
/// Reads what values versions have seen in the data they were made from, unless that was read before: a profile never changes. Fields that a ledger hides
/// are left out of the whole rows; what is known of a column by itself is told of every one.
/// </summary>
internal static class ReadFields
{
    /// <param name="wanted">Versions, with how many of their data versions have a profile, and what is hidden.</param>
    public static async Task<Dictionary<Guid, FieldProfile[]>> Async(
        ModelHubDb db, IReadOnlyDictionary<Guid, (int Profiles, HiddenFields Hidden)> wanted, ImmutableDictionary<Guid, NodeAssignments> last, CancellationToken ct)
    {
        var known = last.Values.SelectMany(node => node.Items.Where(item => item.Fields is not null && wanted.TryGetValue(item.VersionId, out var now) && node.KnownOf(item.VersionId) == now))
            .DistinctBy(item => item.VersionId).ToDictionary(item => item.VersionId, item => item.Fields!);
        var missing = wanted.Where(version => version.Value.Profiles > 0 && !known.ContainsKey(version.Key)).Select(version => VersionId.From(version.Key)).ToList();
        var profiles = await db.VersionDataVersions.AsNoTracking()
            .Where(made => missing.Contains(made.VersionId) && made.DataVersion.State == DataVersionState.Ready)
            .Select(made => new { made.VersionId, made.DataVersion.Profile }).ToListAsync(ct);
        foreach (var version in profiles.GroupBy(p => p.VersionId.Value))
            if (SeenField.Of([.. version.Select(p => p.Profile).OfType<Profile>()]) is { Count: > 0 } seen)
                known[version.Key] = [.. seen.Select(field => Field(field, wanted[version.Key].Hidden))];
        return known;
    }

    private static FieldProfile Field(SeenField seen, HiddenFields hidden) => new(
        seen.Name, seen.Min, seen.Max, seen.Numbers.Count > 0 ? [.. seen.Numbers] : null, seen.Texts.Count > 0 ? [.. seen.Texts] : null, seen.AreAll,
        seen.Sample.Count > 0 && !hidden.Hides(seen.Name) ? [.. seen.Sample] : null);
}
