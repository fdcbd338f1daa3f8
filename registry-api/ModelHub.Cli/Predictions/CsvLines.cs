using System.Text;

namespace ModelHub.Cli.Predictions;

/// <summary>Comma-separated values as in RFC 4180: quoted cells may hold commas, doubled quotes and line ends. Empty lines are passed over.</summary>
internal static class CsvLines
{
    /// <returns>the cells of each record, with the line it begins on</returns>
    public static IEnumerable<(int Line, string[] Cells)> Read(TextReader reader)
    {
        for (var line = 1; reader.ReadLine() is { } text; line++)
        {
            var begin = line;
            while (IsOpen(text))
            {
                text += "\n" + (reader.ReadLine() ?? throw new BrokenWorldException($"line {begin}: a quote that is never closed."));
                line++;
            }
            if (text.Trim('\uFEFF', ' ').Length > 0)
                yield return (begin, Cells(begin, begin == 1 ? text.TrimStart('\uFEFF') : text));
        }
    }

    private static bool IsOpen(string text) => text.Count(c => c == '"') % 2 == 1;

    private static string[] Cells(int line, string text)
    {
        var (cells, cell, at) = (new List<string>(), new StringBuilder(), 0);
        while (true)
        {
            if (at < text.Length && text[at] == '"')
                at = Quoted(line, text, at + 1, cell);
            else
                for (; at < text.Length && text[at] != ','; at++)
                    cell.Append(text[at] != '"' ? text[at] : throw new BrokenWorldException($"line {line}: a quote within a value that does not begin with one."));
            cells.Add(cell.ToString());
            cell.Clear();
            if (at >= text.Length)
                return [.. cells];
            at++;
        }
    }

    /// <returns>where the cell ends</returns>
    private static int Quoted(int line, string text, int at, StringBuilder cell)
    {
        for (; at < text.Length; at++)
            if (text[at] != '"')
                cell.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '"')
                cell.Append(text[at++]);
            else
                return at + 1 == text.Length || text[at + 1] == ',' ? at + 1 : throw new BrokenWorldException($"line {line}: something behind a closing quote.");
        return at;
    }
}
