using System.Collections.Frozen;
using System.Globalization;

namespace ModelHub.Node.Serving;

/// <summary>The versions that answer, looked up by requests without a lock; the table is replaced whole.</summary>
internal sealed class LoadedModels
{
    private readonly Lock gate = new();
    private volatile FrozenDictionary<string, LoadedVersion[]> models = FrozenDictionary<string, LoadedVersion[]>.Empty;

    public IEnumerable<LoadedVersion> All => models.Values.SelectMany(v => v);

    /// <param name="version">null for the newest</param>
    public LoadedVersion? Find(string model, int? version)
    {
        if (!models.TryGetValue(model, out var versions))
            return null;
        return version is null ? versions[^1] : Of(versions, version.Value);
    }

    /// <inheritdoc cref="Find(string, int?)"/>
    public LoadedVersion? Find(ReadOnlySpan<char> model, int? version)
    {
        if (!models.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(model, out var versions))
            return null;
        return version is null ? versions[^1] : Of(versions, version.Value);
    }

    /// <param name="version">a number as a caller wrote it; none and empty mean the newest</param>
    public LoadedVersion? Find(string model, string? version)
    {
        if (string.IsNullOrEmpty(version))
            return Find(model, default(int?));
        return int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Find(model, number) : null;
    }

    /// <returns>numbers of the versions that are ready, lowest first; empty for a model that is not here</returns>
    public int[] VersionsOf(string model) =>
        models.TryGetValue(model, out var versions) ? [.. versions.Select(v => v.Assignment.Version)] : [];

    /// <summary>In place of the same version loaded earlier, if there is one.</summary>
    public void Add(LoadedVersion version) =>
        Replace(All.Where(v => v.Assignment.VersionId != version.Assignment.VersionId).Append(version));

    public void Remove(LoadedVersion version) =>
        Replace(All.Where(v => v != version));

    private void Replace(IEnumerable<LoadedVersion> versions)
    {
        lock (gate)
            models = versions.GroupBy(v => v.Assignment.Model, StringComparer.Ordinal)
                .ToFrozenDictionary(g => g.Key, g => g.OrderBy(v => v.Assignment.Version).ToArray(), StringComparer.Ordinal);
    }

    private static LoadedVersion? Of(LoadedVersion[] versions, int number)
    {
        foreach (var version in versions)
            if (version.Assignment.Version == number)
                return version;
        return null;
    }
}
