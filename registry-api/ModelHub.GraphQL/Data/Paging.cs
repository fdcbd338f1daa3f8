using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL.Data;

/// <summary>The paging arguments of a field, in a fixed order behind its own.</summary>
internal static class Paging
{
    public static PagingArguments Arguments(FieldCall call, object?[] args)
    {
        var field = call.Field.Definition;
        var at = field.IndexOf("first");
        var (first, after, last, before) = (args[at] as int?, args[at + 1] as string, args[at + 2] as int?, args[at + 3] as string);
        var max = field.MaxSize;
        if (first is not null && last is not null)
            throw new GraphQLException("Give either first or last, not both.", "INVALID_PAGING");
        Check("first", first, max);
        Check("last", last, max);
        if (first is null && last is null)
            first = field.DefaultSize;
        return new PagingArguments(first, after, last, before) { IncludeTotalCount = call.IsSelected("totalCount") };
    }

    private static void Check(string name, int? value, int max)
    {
        if (value is < 0)
            throw new GraphQLException($"{name} must not be negative.", "INVALID_PAGING");
        if (value > max)
            throw new GraphQLException($"{name} is too large: the limit is {max}.", "INVALID_PAGING");
    }
}
