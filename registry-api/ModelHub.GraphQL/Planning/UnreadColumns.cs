using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Planning;

/// <summary>The wide properties that no field of an operation reads, wherever in it the type turns up: loaders serve all places at once.</summary>
internal sealed class UnreadColumns
{
    private readonly Dictionary<ObjectDef, HashSet<string>> read = [];

    public UnreadColumns(PlanSelection root) => Gather(root);

    public IEnumerable<string> Of(ObjectDef type) =>
        read.TryGetValue(type, out var known) ? type.Wide.Where(name => !known.Contains(name)) : type.Wide;

    private void Gather(PlanSelection selection)
    {
        if (selection.Type.Wide.Count > 0)
        {
            if (!read.TryGetValue(selection.Type, out var known))
                read[selection.Type] = known = [];
            known.UnionWith(selection.Fields.SelectMany(f => f.Definition.Reads));
        }

        foreach (var below in selection.Fields.SelectMany(f => f.Children))
            Gather(below);
    }
}
