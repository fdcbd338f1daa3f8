using System.CommandLine;
using ModelHub.Cli.Artifacts;
using ModelHub.Cli.Stack;

namespace ModelHub.Cli.Schema;

/// <summary><c>schema print</c>: the GraphQL schema of this version, or the one that a running API serves.</summary>
internal static class SchemaCommand
{
    public static Command Create(Client client) => new("schema", "The GraphQL schema")
    {
        client.RunsAlso(new Command("print", "The schema of this version, without anything running; with --url, as that API serves it"), OwnAsync, ServedAsync),
    };

    private static async Task<Outcome> OwnAsync(CancellationToken ct)
    {
        var api = new HostPlan("schema", "ModelHub.Api", Port: null, Settings: []);
        var log = Directory.CreateTempSubdirectory("modelhub-schema-");
        try
        {
            return Printed(await OneShot.RunAsync(api, log.FullName, ct, "schema"));
        }
        finally
        {
            log.Delete(recursive: true);
        }
    }

    private static async Task<Outcome> ServedAsync(Session session, CancellationToken ct)
    {
        using var answer = await session.Graph.Http.GetAsync(new Uri("schema.graphql", UriKind.Relative), ct);
        if (!answer.IsSuccessStatusCode)
            throw await Problem.ReadAsync(answer, ct);
        return Printed(await answer.Content.ReadAsStringAsync(ct));
    }

    // The line that is printed last ends with a line break of its own.
    private static Outcome Printed(string schema) => Outcome.Done(new() { ["schema"] = schema }, schema.TrimEnd('\n'));
}
