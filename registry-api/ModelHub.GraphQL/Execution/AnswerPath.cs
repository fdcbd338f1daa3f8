using ModelHub.GraphQL.Planning;

namespace ModelHub.GraphQL.Execution;

/// <summary>Where in the answer the writer stands: selections with the field at hand, and lists with the item.</summary>
internal sealed class AnswerPath
{
    private Level[] levels = new Level[16];

    public int Depth { get; private set; }

    /// <summary>The place within the innermost selection or list.</summary>
    public int At
    {
        set => levels[Depth - 1].At = value;
    }

    /// <param name="selection">The fields that are written next; null for the items of a list.</param>
    public void Enter(PlanSelection? selection)
    {
        if (Depth == levels.Length)
            Array.Resize(ref levels, Depth * 2);
        levels[Depth++].Selection = selection;
    }

    public void Leave() => Depth--;

    /// <summary>Leaves everything entered since.</summary>
    public void Return(int depth) => Depth = depth;

    /// <summary>The names and indices from the root to the place.</summary>
    public object[] Parts() => [.. levels.Take(Depth).Select(level => level.Selection?.Fields[level.At].ResponseName ?? (object)level.At)];

    private struct Level
    {
        public PlanSelection? Selection;
        public int At;
    }
}
