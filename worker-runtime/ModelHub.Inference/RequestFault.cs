namespace ModelHub.Inference;

/// <summary>What is wrong with a request, in a sentence that names the field: the caller can mend it.</summary>
public sealed record RequestFault(string Message)
{
    private const int NameShown = 200;

    /// <summary>Names come from callers: they are quoted, cut, and shown without control characters.</summary>
    public static string Quote(string name)
    {
        var shown = name.Length <= NameShown ? name : name[..NameShown] + "…";
        return "'" + string.Concat(shown.Select(c => char.IsControl(c) ? '\uFFFD' : c)) + "'";
    }
}
