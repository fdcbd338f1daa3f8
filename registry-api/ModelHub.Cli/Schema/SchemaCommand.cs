using System.CommandLine;
using ModelHub.Cli.Artifacts;

namespace ModelHub.Cli.Schema;

/// <summary><c>schema print</c>: the GraphQL schema the API serves.</summary>
internal static class SchemaCommand
{
    public static Command Create(Client client) => new("schema", "The GraphQL schema")
    {
        client.Runs(new Command("print", "As the API serves it"), async (_, session, ct) =>
        {
            using var answer = await session.Graph.Http.GetAsync(new Uri("schema.graphql", UriKind.Relative), ct);
            if (!answer.IsSuccessStatusCode)
                throw await Problem.ReadAsync(answer, ct);
            var schema = await answer.Content.ReadAsStringAsync(ct);
            return Outcome.Done(new() { ["schema"] = schema }, schema.TrimEnd('\n'));
        }),
    };
}
