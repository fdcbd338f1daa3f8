namespace ModelHub.Console.Hosting;

/// <summary>All that the console wants to be told; every fault is found at the start.</summary>
internal sealed record ConsoleOptions
{
    /// <summary>Base URL of the registry-api.</summary>
    public string Api { get; init; } = "http://127.0.0.1:5080";

    /// <summary>Folder of this process: the keys that seal cookies, so that a sign-in survives a restart.</summary>
    public string Data { get; init; } = Path.Combine(".modelhub", "console");

    public Uri GraphQL => new(new Uri(Api.TrimEnd('/') + "/"), "graphql");

    public Uri GraphQLSocket => new UriBuilder(GraphQL) { Scheme = GraphQL.Scheme == "https" ? "wss" : "ws" }.Uri;

    public IEnumerable<string> Faults()
    {
        if (!Uri.TryCreate(Api, UriKind.Absolute, out var api) || api.Scheme is not ("http" or "https"))
            yield return $"Api: '{Api}' is not an absolute http or https URL";
        if (string.IsNullOrWhiteSpace(Data))
            yield return "Data: a folder is needed to keep the keys that seal cookies";
    }
}

internal sealed class InvalidOptionsException(IEnumerable<string> faults)
    : Exception("The configuration is not valid:" + Environment.NewLine
        + string.Join(Environment.NewLine, faults.Select(fault => "  " + fault)));
