using System.Text;

namespace ModelHub.GraphQL.Language;

/// <summary>The specification's block strings: no escapes but that of the quotes, and indentation taken off.</summary>
internal static class BlockString
{
    /// <summary>The value of the block string that begins at the position, which moves behind it.</summary>
    /// <exception cref="SyntaxException">It does not end.</exception>
    public static string Read(ReadOnlySpan<char> text, ref int at)
    {
        var start = at;
        at += 3;
        var raw = new StringBuilder();
        while (true)
        {
            var rest = text[at..];
            var stop = rest.IndexOf("\"\"\"");
            if (stop < 0)
                throw new SyntaxException("The block string is not terminated.", start);
            at += stop + 3;
            var isEscaped = stop > 0 && rest[stop - 1] == '\\';
            if (!isEscaped)
                return Dedent(raw.Append(rest[..stop]).ToString());
            raw.Append(rest[..(stop - 1)]).Append("\"\"\"");
        }
    }

    /// <summary>The specification's BlockStringValue.</summary>
    private static string Dedent(string raw)
    {
        var lines = raw.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        var indent = int.MaxValue;
        for (var i = 1; i < lines.Length; i++)
        {
            var own = Indent(lines[i]);
            if (own < lines[i].Length)
                indent = Math.Min(indent, own);
        }

        if (indent != int.MaxValue)
        {
            for (var i = 1; i < lines.Length; i++)
                lines[i] = lines[i].Length <= indent ? "" : lines[i][indent..];
        }

        var first = Array.FindIndex(lines, l => Indent(l) < l.Length);
        if (first < 0)
            return "";
        var last = Array.FindLastIndex(lines, l => Indent(l) < l.Length);
        return string.Join('\n', lines, first, last - first + 1);
    }

    private static int Indent(string line)
    {
        var i = 0;
        while (i < line.Length && (line[i] is ' ' or '\t'))
            i++;
        return i;
    }
}
