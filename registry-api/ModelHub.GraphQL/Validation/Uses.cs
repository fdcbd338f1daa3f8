using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Validation;

/// <summary>Where a variable is used, and what is expected there; no type inside literals of custom scalars.</summary>
internal readonly record struct VariableUsage(VariableValue Node, GraphType? Type, bool HasDefault, bool InOneOf);

/// <summary>What one operation or fragment uses, without what its fragments use.</summary>
internal sealed class Uses
{
    public List<VariableUsage> Variables { get; } = [];

    public HashSet<string> Spreads { get; } = new(StringComparer.Ordinal);
}
