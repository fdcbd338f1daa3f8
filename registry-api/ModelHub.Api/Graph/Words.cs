namespace ModelHub.Api.Graph;

/// <summary>What the names of the schema mean. One word stands for one thing everywhere, so it is said once, in Words.txt.</summary>
internal static class Words
{
    public static IReadOnlyDictionary<string, string> Read()
    {
        using var text = new StreamReader(typeof(Words).Assembly.GetManifestResourceStream("Words.txt")!);
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        while (text.ReadLine() is { } line)
        {
            if (line.Length > 0 && !line.StartsWith('#') && line.Split(": ", 2) is [var name, var meaning])
                words.Add(name, meaning);
        }

        return words;
    }
}
