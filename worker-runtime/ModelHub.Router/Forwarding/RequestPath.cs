namespace ModelHub.Router.Forwarding;

internal enum Verb
{
    Infer,
    Predict,

    /// <summary>Of an answer. It is no traffic: neither counted for the variant, nor recorded, nor mirrored.</summary>
    Explain,
    Metadata,
    Ready,
}

internal static class Verbs
{
    public static bool HasBody(this Verb verb) => verb is Verb.Infer or Verb.Predict or Verb.Explain;
}

/// <summary>
/// What a request asks for: <c>/{environment}/v2/models/{model}[/versions/{version}][/infer|/explain|/ready]</c> or
/// <c>/{environment}/predict/{model}</c> and <c>/{environment}/explain/{model}</c>. Positions in the path; no text is made.
/// </summary>
internal readonly record struct RequestPath(string Path, Verb Verb, Range EnvironmentAt, Range ModelAt, Range VersionAt)
{
    public ReadOnlySpan<char> Environment => Path.AsSpan()[EnvironmentAt];

    public ReadOnlySpan<char> Model => Path.AsSpan()[ModelAt];

    /// <summary>Empty when none is asked for.</summary>
    public ReadOnlySpan<char> Version => Path.AsSpan()[VersionAt];

    public bool IsPost => Verb.HasBody();

    public static bool TryRead(string path, string method, out RequestPath read)
    {
        read = default;
        Span<Range> parts = stackalloc Range[9];
        var count = path.AsSpan().Split(parts, '/');
        if (count is < 4 or > 8 || !path.StartsWith('/') || path.AsSpan()[parts[1]].IsEmpty)
            return false;
        var none = new Range(0, 0);
        if (Is(path, parts[2], "predict"))
            return count == 4 && HttpMethods.IsPost(method) && Named(path, Verb.Predict, parts[1], parts[3], none, out read);
        if (Is(path, parts[2], "explain"))
            return count == 4 && HttpMethods.IsPost(method) && Named(path, Verb.Explain, parts[1], parts[3], none, out read);
        if (count < 5 || !Is(path, parts[2], "v2") || !Is(path, parts[3], "models"))
            return false;
        var versioned = count > 6 && Is(path, parts[5], "versions");
        var rest = versioned ? 7 : 5;
        if (VerbOf(path, method, count == rest ? none : parts[rest], count - rest) is not { } verb)
            return false;
        return Named(path, verb, parts[1], parts[4], versioned ? parts[6] : none, out read);
    }

    private static Verb? VerbOf(string path, string method, Range last, int left) => left switch
    {
        0 when HttpMethods.IsGet(method) => Forwarding.Verb.Metadata,
        1 when HttpMethods.IsGet(method) && Is(path, last, "ready") => Forwarding.Verb.Ready,
        1 when HttpMethods.IsPost(method) && Is(path, last, "infer") => Forwarding.Verb.Infer,
        1 when HttpMethods.IsPost(method) && Is(path, last, "explain") => Forwarding.Verb.Explain,
        _ => null,
    };

    private static bool Named(string path, Verb verb, Range environment, Range model, Range version, out RequestPath read)
    {
        read = new RequestPath(path, verb, environment, model, version);
        return !read.Model.IsEmpty;
    }

    private static bool Is(string path, Range part, string word) => path.AsSpan()[part].SequenceEqual(word);
}
