namespace ModelHub.Cli.Stack;

/// <summary>What <c>up</c> and <c>demo</c> are told.</summary>
/// <param name="Data">Folder of everything that lasts.</param>
/// <param name="Port">The API's port; the others follow it.</param>
/// <param name="Nodes">Number of inference nodes.</param>
/// <param name="Routers">Number of routers.</param>
/// <param name="ModelServer">Host and port of a model server that nodes may send requests on to, beside those that their operator lists.</param>
internal sealed record StackOptions(string Data, int Port, int Nodes, int Routers, string? ModelServer = null)
{
    public const string DefaultData = ".modelhub";
    public const int DefaultPort = 5080;
}
