using System.Runtime.CompilerServices;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Validation;

/// <summary>
/// Fields of one response name must be mergeable. Instead of comparing pairs, all fields of a merged set are gathered by
/// response name and each is compared with the first of its group; children of a group are merged and checked once.
/// </summary>
internal sealed class FieldMerging(Schema schema, Fragments fragments, Faults faults, GraphQLLimits limits)
{
    private readonly HashSet<string> shapesSeen = new(StringComparer.Ordinal);
    private readonly HashSet<string> namesSeen = new(StringComparer.Ordinal);
    private readonly ArgumentSpelling spelling = new();
    private int comparisons;
    private int visits;
    private bool stopped;

    public void Check(Document document)
    {
        foreach (var operation in document.Operations)
        {
            Place[] root = [new Place(operation.Selections, Operations.RootOf(schema, operation))];
            Shapes(root);
            Names(root);
            if (stopped)
                return;
        }
    }

    /// <summary>Whatever objects the fields belong to, their values must have one shape.</summary>
    private void Shapes(IReadOnlyCollection<Place> places)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (stopped || !shapesSeen.Add(Key(places)))
            return;
        foreach (var group in Gather(places))
        {
            var first = group[0];
            foreach (var other in group)
            {
                if (Stop())
                    return;
                if (first.Definition is not null && other.Definition is not null && !SameShape(first.Definition.Type, other.Definition.Type))
                {
                    Conflict(first, other, $"they are {first.Definition.Type} and {other.Definition.Type}");
                    return;
                }
            }

            if (Children(group) is { Count: > 0 } below)
                Shapes(below);
        }
    }

    /// <summary>Fields that may belong to one object must be the same field with the same arguments.</summary>
    private void Names(IReadOnlyCollection<Place> places)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (stopped || !namesSeen.Add(Key(places)))
            return;
        foreach (var group in Gather(places).SelectMany(ByObject))
        {
            var first = group[0];
            foreach (var other in group)
            {
                if (Stop())
                    return;
                if (first.Field.Name != other.Field.Name)
                    Conflict(first, other, $"they are \"{Faults.Shown(first.Field.Name)}\" and \"{Faults.Shown(other.Field.Name)}\"");
                else if (first.Field != other.Field && spelling.Of(first.Field) != spelling.Of(other.Field))
                    Conflict(first, other, "their arguments differ");
                else
                    continue;
                return;
            }

            if (Children(group) is { Count: > 0 } below)
                Names(below);
        }
    }

    /// <summary>One group per object type; fields of abstract types belong to each.</summary>
    private static IEnumerable<List<Entry>> ByObject(List<Entry> group)
    {
        if (group.Count == 1)
            return [group];
        var objects = group.Where(e => e.Parent is ObjectDef).GroupBy(e => e.Parent!).ToList();
        if (objects.Count == 0)
            return [group];
        var shared = group.Where(e => e.Parent is not ObjectDef).ToList();
        return objects.Select(g => g.Concat(shared).ToList());
    }

    private List<List<Entry>> Gather(IReadOnlyCollection<Place> places)
    {
        var byName = new Dictionary<string, List<Entry>>(StringComparer.Ordinal);
        var groups = new List<List<Entry>>();
        var visited = new HashSet<string>(StringComparer.Ordinal);
        foreach (var place in places)
            Collect(place.Set, place.Parent);
        return groups;

        void Collect(SelectionSet set, CompositeDef? parent)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            foreach (var item in set.Items)
            {
                if (Stop())
                    return;
                switch (item)
                {
                    case Field field:
                        if (!byName.TryGetValue(field.ResponseName, out var group))
                            groups.Add(byName[field.ResponseName] = group = []);
                        group.Add(new Entry(field, parent, parent is null ? null : schema.FieldOf(parent, field.Name)));
                        break;
                    case InlineFragment inline:
                        Collect(inline.Selections, inline.On is null ? parent : Composite(inline.On));
                        break;
                    case FragmentSpread spread when visited.Add(spread.Name) && fragments.Find(spread.Name) is { } fragment:
                        visits++;
                        Collect(fragment.Selections, Composite(fragment.On));
                        break;
                }
            }
        }
    }

    private CompositeDef? Composite(NamedType name) => schema.ByName.GetValueOrDefault(name.Name) as CompositeDef;

    private static List<Place> Children(List<Entry> group)
    {
        var places = new List<Place>();
        var seen = new HashSet<SelectionSet>();
        foreach (var entry in group)
        {
            if (entry.Field.Selections is { } set && seen.Add(set))
                places.Add(new Place(set, entry.Definition?.Type.Named as CompositeDef));
        }

        return places;
    }

    private static bool SameShape(GraphType a, GraphType b) => (a, b) switch
    {
        (NonNullDef x, NonNullDef y) => SameShape(x.Of, y.Of),
        (NonNullDef, _) or (_, NonNullDef) => false,
        (ListDef x, ListDef y) => SameShape(x.Of, y.Of),
        (ListDef, _) or (_, ListDef) => false,
        _ => a == b || (a is CompositeDef && b is CompositeDef),
    };

    private bool Stop()
    {
        if (stopped)
            return true;
        if (++comparisons > limits.MaxMergeComparisons || visits > limits.MaxFragmentVisits * 10)
        {
            stopped = true;
            faults.Limit($"The fields are too many to compare: the limit is {limits.MaxMergeComparisons} comparisons.");
        }

        return stopped;
    }

    private void Conflict(Entry a, Entry b, string why)
    {
        stopped |= faults.IsFull;
        faults.Add($"The fields \"{Faults.Shown(a.Field.ResponseName)}\" conflict: {why}. Give one of them an alias.", a.Field, b.Field);
    }

    private static string Key(IEnumerable<Place> places) => string.Join(',', places.Select(p => p.Set.Start).Order());

    private readonly record struct Place(SelectionSet Set, CompositeDef? Parent);

    private readonly record struct Entry(Field Field, CompositeDef? Parent, FieldDef? Definition);
}
