namespace ModelHub.GraphQL.Language;

/// <summary>The specification's BlockStringValue.</summary>
internal static class BlockString
{
    public static string Dedent(string raw)
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
