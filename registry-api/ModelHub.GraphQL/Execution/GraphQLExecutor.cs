using System.Security.Claims;
using System.Text;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL;

/// <summary>Operations and the schema without a transport, for tests and tools.</summary>
public sealed class GraphQLExecutor
{
    private readonly GraphQLEngine engine;

    internal GraphQLExecutor(GraphQLEngine engine) => this.engine = engine;

    /// <summary>The schema as text, the same each time.</summary>
    public string PrintSchema() => SdlPrinter.Print(engine.Schema);

    /// <summary>Root fields without a policy that are not open to everyone deliberately.</summary>
    public IReadOnlyList<string> FieldsWithoutPolicy() => [.. Policies.Missing(engine.Schema)];

    /// <summary>Runs a query or mutation and returns the answer as JSON.</summary>
    public async Task<string> ExecuteAsync(GraphQLRequest request, IServiceProvider services, ClaimsPrincipal user, CancellationToken ct = default)
    {
        var (operation, refused) = engine.Prepare(request, user, kind => kind != Language.OperationKind.Subscription);
        using var answer = operation is null ? Refused(refused!) : await engine.RunAsync(operation, new RunContext(services, user, null), null, false, ct);
        return Encoding.UTF8.GetString(answer.Written.Span);
    }

    private ResponseWriter Refused(Refused refused)
    {
        var writer = new ResponseWriter(engine.Limits.MaxResponseBytes);
        Answers.Write(writer, refused.Errors);
        return writer;
    }
}
