using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Data;

internal static class CsvHeader
{
    public static string[] Check(string file, string[] names)
    {
        if (names is [var only] && only.AsSpan().IndexOfAny(';', '\t', '|') >= 0)
            throw new BadInputException($"{file}: the header is one column; separate the fields by commas.");
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < names.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(names[i])) throw new BadInputException($"{file}: column {i + 1} has no name.");
            if (names[i].Length > DataLimits.NameLength)
                throw new BadInputException($"{file}: the name of column {i + 1} is longer than {DataLimits.NameLength} characters, the limit.");
            // Without regard to case, because the profile's engine compares names so.
            if (!seen.Add(names[i])) throw new BadInputException($"{file}: two columns are named \"{names[i]}\".");
        }
        return names;
    }
}
