using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Validation;

/// <summary>Whether a document reads the schema.</summary>
internal static class IntrospectionUse
{
    public static bool In(Document document) =>
        document.Operations.Any(o => In(o.Selections)) || document.Fragments.Any(f => In(f.Selections));

    private static bool In(SelectionSet set) => Array.Exists(set.Items, item => item switch
    {
        Field field => field.Name is "__schema" or "__type" || (field.Selections is { } below && In(below)),
        InlineFragment inline => In(inline.Selections),
        _ => false,
    });
}
