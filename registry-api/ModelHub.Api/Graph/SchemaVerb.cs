namespace ModelHub.Api.Graph;

/// <summary><c>schema</c>: prints the GraphQL schema. It needs neither a database nor any setting.</summary>
internal static class SchemaVerb
{
    public static async Task<int> RunAsync()
    {
        await using var app = Program.Create(
            ["--Database=Host=127.0.0.1;Database=none", $"--JoinToken={new string('x', 32)}", "--Data=" + Path.Combine(Path.GetTempPath(), "modelhub-schema"), "--Logging:LogLevel:Default=None"]);
        Console.Write(app.Services.GetRequiredService<GraphQLExecutor>().PrintSchema());
        return 0;
    }
}
