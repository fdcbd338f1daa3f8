using System.Globalization;

namespace ModelHub.Node.Serving;

/// <summary>Reads <c>/v2/models/{model}[/versions/{version}]/infer</c> without making anything.</summary>
internal static class InferPath
{
    private const string Start = "/v2/models/";
    private const string Versions = "/versions/";
    private const string End = "/infer";

    /// <param name="version">null when the path names none</param>
    /// <returns>false for any other path, also for one that routing may read more leniently</returns>
    public static bool TryRead(ReadOnlySpan<char> path, out ReadOnlySpan<char> model, out int? version)
    {
        model = default;
        version = null;
        if (!path.StartsWith(Start, StringComparison.Ordinal) || !path.EndsWith(End, StringComparison.Ordinal) || path.Length <= Start.Length + End.Length)
            return false;
        model = path[Start.Length..^End.Length];
        var slash = model.IndexOf('/');
        if (slash < 0)
            return true;
        var rest = model[slash..];
        model = model[..slash];
        if (!rest.StartsWith(Versions, StringComparison.Ordinal)
            || !int.TryParse(rest[Versions.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        version = number;
        return true;
    }
}
