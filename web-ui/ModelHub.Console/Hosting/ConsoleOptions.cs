namespace ModelHub.Console.Hosting;

/// <summary>All that can be set on the console, already validated.</summary>
internal sealed record ConsoleOptions
{
    /// <summary>Base URL of the registry-api.</summary>
    public required string Api { get; init; }

    /// <summary>Folder of this process: the keys that seal cookies, so that a sign-in survives a restart.</summary>
    public required string Data { get; init; }

    public Uri GraphQL => new(new Uri(Api + "/"), "graphql");

    public Uri GraphQLSocket => new UriBuilder(GraphQL) { Scheme = GraphQL.Scheme == "https" ? "wss" : "ws" }.Uri;
}
