using System.Text;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Data;

/// <summary>
/// A strict reader of comma-separated UTF-8 text (RFC 4180, a leading byte order mark allowed, LF or CRLF). Lenient
/// readers guess, and swallow forty rows behind one open quote; here every doubt is a refusal that names the line.
/// A blank line is a missing value in a file of one column and skipped in any other.
/// </summary>
internal sealed class CsvRows : IDisposable
{
    private readonly string file;
    private readonly CsvCharacters text;
    private readonly StringBuilder field = new();
    private readonly List<string> fields = [];

    private CsvRows(string file, Stream stream)
    {
        this.file = file;
        text = new CsvCharacters(file, stream);
    }

    /// <summary>Column names in file order, distinct and not empty.</summary>
    public string[] Header { get; private set; } = [];

    /// <summary>The fields of the current row, as many as the header has; the empty string is a missing value.</summary>
    public IReadOnlyList<string> Fields => fields;

    /// <summary>The 1-based line on which the current row begins.</summary>
    public long Line { get; private set; }

    /// <exception cref="BadInputException">The header is missing, too wide or has unusable names.</exception>
    public static CsvRows Open(string file, Stream stream)
    {
        var rows = new CsvRows(file, stream);
        if (!rows.ReadFields() || rows.fields is [""])
            throw new BadInputException($"{file}: the file is empty; its first line must name the columns.");
        rows.Header = CsvHeader.Check(file, [.. rows.fields]);
        return rows;
    }

    /// <summary>Moves to the next row; false at the end.</summary>
    /// <exception cref="BadInputException">The row cannot be read; the message names its line.</exception>
    public bool Read()
    {
        while (ReadFields())
        {
            if (fields.Count == Header.Length) return true;
            if (fields is not [""])
                throw new BadInputException($"{file}: line {Line} has {fields.Count} fields, the header has {Header.Length}.");
        }
        return false;
    }

    public void Dispose() => text.Dispose();

    private bool ReadFields()
    {
        fields.Clear();
        if (text.Peek() < 0) return false;
        Line = text.Line;
        while (true)
        {
            field.Clear();
            if (text.Peek() == '"') ReadQuoted();
            else ReadPlain();
            fields.Add(field.ToString());
            if (fields.Count > DataLimits.Columns)
                throw new BadInputException($"{file}: line {Line} has more than {DataLimits.Columns} columns, the limit.");
            if (text.Read() is -1 or '\n') return true;
        }
    }

    private void ReadPlain()
    {
        while (text.Peek() is not (-1 or ',' or '\n'))
        {
            if (text.Peek() == '"')
                throw new BadInputException($"{file}: line {text.Line} has a quote inside a field that does not begin with one.");
            Append((char)text.Read());
        }
    }

    private void ReadQuoted()
    {
        var opened = text.Line;
        text.Read();
        while (true)
        {
            var next = text.Read();
            if (next < 0) throw new BadInputException($"{file}: the quote opened in line {opened} is never closed.");
            if (next != '"') Append((char)next);
            else if (text.Peek() == '"') Append((char)text.Read());
            else break;
        }
        if (text.Peek() is not (-1 or ',' or '\n'))
            throw new BadInputException($"{file}: the quote opened in line {opened} closes in line {text.Line} in the middle of a field.");
    }

    private void Append(char c)
    {
        if (field.Length == DataLimits.FieldLength)
            throw new BadInputException($"{file}: line {Line} has a field of more than {DataLimits.FieldLength} characters, the limit.");
        field.Append(c);
    }
}
