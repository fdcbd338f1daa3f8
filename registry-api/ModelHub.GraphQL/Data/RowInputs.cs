using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Data;

/// <summary>The filter and sort inputs of row types, each made once; one name stands for one list of properties.</summary>
internal sealed class RowInputs(TypeRegistry types)
{
    private readonly Dictionary<string, (FilterDef Filter, string[] Properties)> filters = [];
    private readonly Dictionary<string, (SortDef Sort, string[] Properties)> sorts = [];

    public FilterDef Filter(Type row, string name, string[] properties)
    {
        if (!filters.TryGetValue(name, out var known))
        {
            known = (FilterDef.Build(types, row, name, properties), properties);
            types.Named(known.Filter.Input);
            filters[name] = known;
        }

        return known.Filter.Row == row && known.Properties.SequenceEqual(properties) ? known.Filter : throw Other(name);
    }

    public SortDef Sort(Type row, string name, string[] properties)
    {
        if (!sorts.TryGetValue(name, out var known))
        {
            known = (SortDef.Build(types, row, name, properties), properties);
            types.Named(known.Sort.Input);
            sorts[name] = known;
        }

        return known.Sort.Row == row && known.Properties.SequenceEqual(properties) ? known.Sort : throw Other(name);
    }

    private static SchemaException Other(string name) => new($"{name} is declared with other properties elsewhere; give one of them another Name.");
}
