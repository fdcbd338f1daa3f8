using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Validation;

/// <summary>The errors found so far; after the limit nothing more is kept.</summary>
/// <param name="source">The document.</param>
/// <param name="limits">How many are kept.</param>
/// <param name="suggests">Messages may tell names of the schema: only to callers who may read it anyway.</param>
internal sealed class Faults(string source, GraphQLLimits limits, bool suggests)
{
    private const int MaxLocations = 5;
    private const int MaxShown = 100;

    private readonly List<GraphQLError> all = [];

    public bool Any => all.Count > 0;

    public bool IsFull => all.Count >= limits.MaxValidationErrors;

    public GraphQLError[] All => [.. all];

    public void Add(string message, params ReadOnlySpan<Node> at) => Add(message, "VALIDATION", at);

    public void Limit(string message, params ReadOnlySpan<Node> at) => Add(message, "LIMIT", at);

    public void UnknownType(NamedType named, IEnumerable<NamedDef> known) =>
        Add($"There is no type \"{Shown(named.Name)}\".{Suggest(named.Name, known.Select(t => t.Name))}", named);

    /// <summary>A name from the document, short enough for a message.</summary>
    public static string Shown(string name) => name.Length <= MaxShown ? name : name[..MaxShown] + "…";

    /// <summary>The names that were perhaps meant, as the end of a message; empty when there is none.</summary>
    public string Suggest(string name, IEnumerable<string> known) => suggests && !IsFull ? Ending("", Suggestions.Of(name, known)) : "";

    /// <summary>The object types that have what the abstract type lacks.</summary>
    public string SuggestFragments(IEnumerable<string> types) => suggests && !IsFull ? Ending("an inline fragment on ", [.. types.Take(Suggestions.Max)]) : "";

    private static string Ending(string what, IReadOnlyList<string> names) =>
        names.Count == 0 ? "" : $" Did you mean {what}{string.Join(", ", names.Take(names.Count - 1).Select(Quoted))}{(names.Count > 1 ? " or " : "")}{Quoted(names[^1])}?";

    private static string Quoted(string name) => $"\"{name}\"";

    private void Add(string message, string code, ReadOnlySpan<Node> at)
    {
        if (IsFull)
            return;
        var locations = new List<SourceLocation>();
        foreach (var node in at[..Math.Min(at.Length, MaxLocations)])
            locations.Add(Locations.Of(source, node.Start));
        all.Add(new GraphQLError(message, code) { Locations = locations });
    }
}
