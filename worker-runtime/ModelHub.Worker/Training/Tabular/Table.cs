using System.Globalization;
using ModelHub.Worker.Data;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Training.Tabular;

/// <summary>
/// A column held by its distinct texts. It is numeric when every text but the missing ones is a finite 32-bit number:
/// that is what will be served, so it is also what is trained on. Empty, and NaN in a numeric column, are missing.
/// </summary>
internal sealed class Column
{
    private readonly int[] codes;
    private readonly string[] texts;
    private readonly float[]? numbers;

    public Column(string name, int[] codes, string[] texts)
    {
        (Name, this.codes, this.texts) = (name, codes, texts);
        numbers = Numbers(texts);
    }

    private Column(Column of, int[] codes) => (Name, this.codes, texts, numbers) = (of.Name, codes, of.texts, of.numbers);

    public string Name { get; }

    public bool IsNumeric => numbers is not null;

    /// <summary>The distinct texts that are not missing.</summary>
    public IEnumerable<string> Distinct => texts.Where(t => t.Length > 0);

    /// <summary>The number in a row; NaN when missing. Only for numeric columns.</summary>
    public float Number(int row) => numbers![codes[row]];

    /// <summary>The text in a row; empty when missing.</summary>
    public string Text(int row) => texts[codes[row]];

    /// <summary>The same column with other rows, in this order.</summary>
    public Column Of(int[] rows) => new(this, [.. rows.Select(row => codes[row])]);

    private static float[]? Numbers(string[] texts)
    {
        var parsed = new float[texts.Length];
        var any = false;
        for (var i = 0; i < texts.Length; i++)
        {
            if (texts[i].Length == 0 || texts[i] is "NaN" or "nan") parsed[i] = float.NaN;
            else if (!float.TryParse(texts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out parsed[i]) || !float.IsFinite(parsed[i])) return null;
            else any = true;
        }
        return any ? parsed : null;
    }
}

/// <summary>The rows of one or more files of the same columns, in file order.</summary>
internal sealed class Table
{
    /// <summary>Rows of one training run.</summary>
    public const int RowLimit = 5_000_000;

    private Table(IReadOnlyList<Column> columns, int rows) => (Columns, Rows) = (columns, rows);

    public IReadOnlyList<Column> Columns { get; }

    public int Rows { get; }

    public Column this[string name] => Columns.FirstOrDefault(c => c.Name == name)
        ?? throw new BadInputException($"The data has no column \"{name}\"; it has {string.Join(", ", Columns.Take(30).Select(c => c.Name))}.");

    /// <exception cref="BadInputException">A file cannot be read, the columns differ, or there are too many rows.</exception>
    public static Table Read(IReadOnlyList<(string Name, string Path)> files, CancellationToken ct)
    {
        string[]? header = null;
        var builders = Array.Empty<ColumnBuilder>();
        foreach (var (name, path) in files)
        {
            using var rows = CsvRows.Open(name, File.OpenRead(path));
            header ??= rows.Header;
            if (!header.SequenceEqual(rows.Header)) throw new BadInputException($"{name}: its columns are not those of {files[0].Name}.");
            if (builders.Length == 0) builders = [.. header.Select(h => new ColumnBuilder(h))];
            while (rows.Read())
            {
                for (var i = 0; i < builders.Length; i++) builders[i].Add(rows.Fields[i]);
                if (builders[0].Count > RowLimit) throw new BadInputException($"{name}: more than {RowLimit} rows, the limit of the built-in trainer.");
                if (builders[0].Count % 1024 == 0) ct.ThrowIfCancellationRequested();
            }
        }
        return new Table([.. builders.Select(b => b.Build())], builders.Length == 0 ? 0 : builders[0].Count);
    }

    /// <summary>Copies of the rows under one another; in each, the values of one column come from other rows.</summary>
    /// <param name="copies">The column, and for each row the row its value comes from.</param>
    public Table Permuted(IReadOnlyList<(string Column, int[] From)> copies)
    {
        var same = Enumerable.Range(0, Rows).ToArray();
        return new([.. Columns.Select(c => c.Of([.. copies.SelectMany(copy => copy.Column == c.Name ? copy.From : same)]))], Rows * copies.Count);
    }

    private sealed class ColumnBuilder(string name)
    {
        private readonly List<int> codes = [];
        private readonly Dictionary<string, int> known = [];

        public int Count => codes.Count;

        public void Add(string text)
        {
            if (!known.TryGetValue(text, out var code)) known.Add(text, code = known.Count);
            codes.Add(code);
        }

        // The keys of a dictionary that never lost one come in the order in which they were added.
        public Column Build() => new(name, [.. codes], [.. known.Keys]);
    }
}
