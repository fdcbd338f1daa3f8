using ModelHub.GraphQL.Data;
using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL.Types;

/// <summary>A field of an object type or interface, with what it takes to resolve it.</summary>
internal sealed class FieldDef(string name, GraphType type)
{
    private Dictionary<string, int>? indices;

    public string Name { get; } = name;

    public GraphType Type { get; } = type;

    public string? Description { get; init; }

    public string? DeprecationReason { get; init; }

    public List<InputValueDef> Args { get; } = [];

    public FieldsDef Parent { get; set; } = null!;

    /// <summary>Reads the value from its source without waiting; null when the field is asynchronous.</summary>
    public PureResolver? Pure { get; init; }

    /// <summary>Writes a leaf property without boxing it; null when there is no such shortcut.</summary>
    public LeafGetter? Leaf { get; init; }

    /// <summary>Waits for the value; null when the field is pure.</summary>
    public AsyncResolver? Async { get; init; }

    /// <summary>The source stream of a subscription field.</summary>
    public StreamResolver? Stream { get; init; }

    /// <summary>How a leaf value is written; null for composites.</summary>
    public LeafWriter? Write { get; init; }

    public IReadOnlyList<AccessRule> Rules { get; set; } = [];

    /// <summary>Open to everyone, deliberately.</summary>
    public bool IsPublic { get; init; }

    public double? Weight { get; init; }

    public int? AssumedSize { get; init; }

    /// <summary>Arguments that bound the length of the list (for a connection, of its nodes).</summary>
    public IReadOnlyList<string> SlicingArguments { get; init; } = [];

    public int DefaultSize { get; init; } = 10;

    /// <summary>The largest page of a connection.</summary>
    public int MaxSize { get; init; } = 100;

    /// <summary>The slicing arguments bound the lists one level below.</summary>
    public bool IsConnection { get; init; }

    public FilterDef? Filter { get; init; }

    public SortDef? Sort { get; init; }

    /// <summary>A loader answers it, many at once.</summary>
    public bool IsBatched { get; init; }

    /// <summary>The properties of its source that it is known to read.</summary>
    public IReadOnlyList<string> Reads { get; init; } = [];

    /// <summary>The pure resolver asks for more than its source and arguments.</summary>
    public bool NeedsCall { get; init; }

    public int IndexOf(string argument)
    {
        indices ??= Args.Select((a, i) => (a.Name, i)).ToDictionary(p => p.Name, p => p.i, StringComparer.Ordinal);
        return indices.GetValueOrDefault(argument, -1);
    }
}

/// <summary>Who may read a field.</summary>
internal sealed record AccessRule(string? Policy, string? Roles, bool After);
