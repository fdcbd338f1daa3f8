using System.Globalization;
using ModelHub.Domain.Data;
using ModelHub.Worker.Data.DuckDb;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Data;

/// <summary>
/// Counts rows that were added, removed and changed between two relations. A row is told by an MD5 of its values, 16 bytes
/// however wide it is, so that joins and groups stay small, and go to disk when they do not fit. Each value is written with its
/// length before it: no two rows with other values are written alike.
/// </summary>
internal sealed class CompareRows(DuckDbSession session, IReadOnlyList<ProfiledColumn> before, IReadOnlyList<ProfiledColumn> after)
{
    private readonly List<(ProfiledColumn Before, ProfiledColumn After)> common =
        [.. before.Join(after, c => c.Name, c => c.Name, (one, other) => (one, other), StringComparer.Ordinal)];

    public RowChanges ByKey(IReadOnlyList<string> key)
    {
        CheckUnique("before", "from", key);
        CheckUnique("after", "to", key);
        var on = string.Join(" AND ", key.Select((_, i) => $"b.k{i} IS NOT DISTINCT FROM a.k{i}"));
        var row = session.Rows($"""
            SELECT count(*) FILTER (WHERE b.there IS NULL), count(*) FILTER (WHERE a.there IS NULL),
                count(*) FILTER (WHERE b.there AND a.there AND b.h <> a.h), count(*) FILTER (WHERE b.there AND a.there AND b.h = a.h)
            FROM (SELECT {Keys(key)}, {Digest("before")} AS h, true AS there FROM before) b
            FULL JOIN (SELECT {Keys(key)}, {Digest("after")} AS h, true AS there FROM after) a ON {on}
            """)[0];
        return new(Number(row[0]), Number(row[1]), Number(row[2]), Number(row[3]));
    }

    /// <summary>Equal rows are counted, so that a row that comes once more is one row added.</summary>
    public RowChanges ByHash()
    {
        var row = session.Rows($"""
            SELECT coalesce(sum(greatest(n, 0)), 0)::BIGINT, coalesce(sum(greatest(-n, 0)), 0)::BIGINT, coalesce(sum(later), 0)::BIGINT - coalesce(sum(greatest(n, 0)), 0)::BIGINT
            FROM (SELECT h, sum(w) AS n, count(*) FILTER (WHERE w = 1) AS later
                FROM (SELECT {Digest("before")} AS h, -1 AS w FROM before UNION ALL SELECT {Digest("after")} AS h, 1 AS w FROM after) GROUP BY h)
            """)[0];
        return new(Number(row[0]), Number(row[1]), null, Number(row[2]));
    }

    private void CheckUnique(string relation, string side, IReadOnlyList<string> key)
    {
        var columns = string.Join(", ", key.Select(DuckDbSession.Identifier));
        var repeated = Number(session.Rows($"SELECT coalesce(sum(n - 1), 0)::BIGINT FROM (SELECT count(*) AS n FROM {relation} GROUP BY {columns} HAVING count(*) > 1)")[0][0]);
        if (repeated > 0)
            throw new BadInputException($"key: {string.Join(", ", key)} names no single row: in the version compared {side}, {repeated} rows repeat the key of another.");
    }

    private string Keys(IReadOnlyList<string> key) =>
        string.Join(", ", key.Select((name, i) => $"{Text(common.First(pair => pair.Before.Name == name))} AS k{i}"));

    // Without a column in common no row is the same.
    private string Digest(string relation) => common.Count == 0 ? $"md5_number({DuckDbSession.Quote(relation)})"
        : $"md5_number({string.Join(" || ", common.Select(pair => $"coalesce(strlen({Text(pair)}) || ':' || {Text(pair)}, '-')"))})";

    /// <summary>Numbers of two types are equal when their values are.</summary>
    private static string Text((ProfiledColumn Before, ProfiledColumn After) pair)
    {
        var name = DuckDbSession.Identifier(pair.Before.Name);
        var asNumber = pair.Before.IsNumeric && pair.After.IsNumeric && pair.Before.EngineType != pair.After.EngineType;
        return asNumber ? $"{name}::DOUBLE::VARCHAR" : $"{name}::VARCHAR";
    }

    private static long Number(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);
}
