using System.Reflection;

namespace ModelHub.Api;

/// <summary>A refusal of the domain as an answer of a REST route: its name, its message and its properties.</summary>
internal static class RefusalProblem
{
    public static IResult Of(Refusal refusal) => refusal switch
    {
        // Too little role is told without detail.
        NotPermitted => TypedResults.Forbid(),
        InvalidInput invalid => Problem.Invalid(invalid.Field, invalid.Limit),
        _ => Problem.Of(StatusOf(refusal), refusal.Message, null, null, [("code", refusal.Code), .. Properties(refusal)]),
    };

    private static int StatusOf(Refusal refusal)
        => refusal.GetType().Name.EndsWith("NotFound", StringComparison.Ordinal) ? StatusCodes.Status404NotFound : StatusCodes.Status409Conflict;

    private static IEnumerable<(string, object?)> Properties(Refusal refusal)
        => refusal.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(property => property.GetIndexParameters().Length == 0)
            .Select(property => (char.ToLowerInvariant(property.Name[0]) + property.Name[1..], Plain(property.GetValue(refusal))));

    private static object? Plain(object? value) => value switch
    {
        PromotionId id => id.Value,
        Enum word => word.ToString(),
        _ => value,
    };
}
