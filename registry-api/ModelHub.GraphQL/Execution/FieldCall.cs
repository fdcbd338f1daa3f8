using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using ModelHub.GraphQL.Planning;

namespace ModelHub.GraphQL.Execution;

/// <summary>One call of a resolver.</summary>
internal sealed class FieldCall(OperationRun run, PlanField field) : ResolverContext
{
    public OperationRun Run { get; } = run;

    public PlanField Field { get; } = field;

    /// <summary>The context of this call alone.</summary>
    public DbContext? Database { get; set; }

    public override IServiceProvider Services => Run.Services;

    public override ClaimsPrincipal User => Run.User;

    public override CancellationToken RequestAborted => Run.Token;

    public override bool IsSelected(string field)
    {
        IReadOnlyList<PlanField> level = [Field];
        foreach (var name in field.Split('.'))
        {
            level = [.. level.SelectMany(f => f.Children).SelectMany(s => s.Fields).Where(f => f.Definition.Name == name)];
            if (level.Count == 0)
                return false;
        }

        return true;
    }

    public override void ReportError(GraphQLError error) => Run.Report(error);

    /// <summary>Another call of the same field, with a context of its own.</summary>
    public FieldCall Again() => new(Run, Field);

    public T Loader<T>()
        where T : DataLoader => (T)Run.Loader(typeof(T));
}
