using System.Security.Cryptography;
using System.Text;
using ModelHub.Domain.Data;
using ModelHub.Domain.Models;

namespace ModelHub.Domain.Monitoring;

/// <summary>One column of what windows are held against: its slots, and how the data that the version was trained on fell into them.</summary>
/// <param name="Numbers">Null for texts.</param>
/// <param name="Values">The known texts; null for numbers.</param>
/// <param name="AreAll">There were no other texts, so that one is unseen.</param>
public sealed record ColumnBaseline(string Name, NumberBins? Numbers, IReadOnlyList<string>? Values, bool AreAll, IReadOnlyList<long> Counts, long Nulls)
{
    // The profile cuts longer ones, and a cut text is none that was seen.
    private const int MostText = 199;

    /// <returns>Null for a column that has nothing to be held against: dates, and columns without values.</returns>
    public static ColumnBaseline? Of(ColumnProfile column)
    {
        var bins = column.Tenths is { Count: > 0 } tenths ? tenths : column.Histogram;
        if (column.Type is "integer" or "number")
            return bins.Count == 0 ? null : new(column.Name, new NumberBins([.. bins.Select(b => b.From), bins[^1].To]), null, false, [0, .. Whole(column, bins), 0], column.Nulls);
        if (column.Type is not ("text" or "boolean"))
            return null;
        var known = column.TopValues.Where(top => top.Value.Length <= MostText).ToList();
        var others = Math.Max(0, column.Count - known.Sum(top => top.Count));
        return known.Count == 0 ? null : new(column.Name, null, [.. known.Select(top => top.Value)], others == 0, [.. known.Select(top => top.Count), others], column.Nulls);
    }

    // One bin of a constant column tells no count in profiles made before there were tenths.
    private static IEnumerable<long> Whole(ColumnProfile column, IReadOnlyList<Bin> bins) => bins.Count == 1 ? [column.Count] : bins.Select(b => b.Count);
}

/// <summary>An input of a model with the columns that its values are, in order.</summary>
public sealed record InputColumns(string Input, IReadOnlyList<string> Columns);

/// <summary>What the traffic of a version is held against.</summary>
/// <param name="Inputs">How the version's inputs are made of columns.</param>
/// <param name="Cut">There are more columns than are looked at.</param>
public sealed record Baseline(IReadOnlyList<InputColumns> Inputs, IReadOnlyList<ColumnBaseline> Columns, bool Cut)
{
    /// <summary>Tells bins apart: sketches with the same were counted in the same slots. Never 0.</summary>
    public long Fingerprint { get; } = Columns.Count == 0 ? 1 : FingerprintOf(Columns);

    public ColumnBaseline? Column(string name) => Columns.FirstOrDefault(column => column.Name == name);

    /// <param name="profiles">Of the data that the version was made from; the one with the most rows counts.</param>
    public static Baseline Of(Signature signature, IReadOnlyList<Profile> profiles)
    {
        var inputs = InputsOf(signature);
        var names = inputs.SelectMany(input => input.Columns).Distinct(StringComparer.Ordinal).ToList();
        var profiled = profiles.MaxBy(profile => profile.RowCount)?.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal) ?? [];
        var known = names.Select(name => profiled.TryGetValue(name, out var column) ? ColumnBaseline.Of(column) : null).OfType<ColumnBaseline>().ToList();
        return new(inputs, [.. known.Take(MonitoringPolicy.MostColumns)], known.Count > MonitoringPolicy.MostColumns);
    }

    /// <summary>
    /// An input of one column is a column of its name; the columns of wider ones are named by the model's features, which name all columns of all inputs or
    /// only those of the wide ones. Where nothing names them they are none.
    /// </summary>
    private static List<InputColumns> InputsOf(Signature signature)
    {
        int[] widths = [.. signature.Inputs.Select(input => (int)Math.Min(int.MaxValue, input.Shape.Skip(1).Aggregate(1.0, (a, b) => a * Math.Max(0, b))))];
        var (names, all, wide) = (signature.Features ?? [], widths.Sum(w => (long)w), widths.Where(w => w > 1).Sum(w => (long)w));
        var named = 0;
        return [.. signature.Inputs.Select((input, i) => new InputColumns(input.Name, Columns(input.Name, widths[i])))];

        IReadOnlyList<string> Columns(string input, int width)
        {
            if (names.Count > 0 && (names.Count == all || (names.Count == wide && width > 1)))
                return [.. Enumerable.Range(0, width).Select(_ => names[named++])];
            return width == 1 ? [input] : [];
        }
    }

    private static long FingerprintOf(IReadOnlyList<ColumnBaseline> columns)
    {
        var text = new StringBuilder();
        foreach (var column in columns)
            text.Append(column.Name).Append('\u0001').AppendJoin('\u0002', column.Numbers?.Edges.Select(edge => edge.ToString("R", System.Globalization.CultureInfo.InvariantCulture)) ?? column.Values!).Append('\u0003');
        return BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))) | 1;
    }
}
