using System.Runtime.CompilerServices;
using ModelHub.Protocol;

namespace ModelHub.Node.Access;

/// <summary>
/// What was granted on this thread within the last second. The server keeps one string for a header that a connection
/// repeats, so the very same string, model and table need no second hashing; nothing is compared byte by byte here.
/// </summary>
internal static class GrantedBefore
{
    private const int Places = 64;
    private const long Valid = 1_000;

    [ThreadStatic]
    private static (string? Header, string? Model, AccessTable? Table, long Until)[]? seen;

    public static bool Has(string header, string? model, AccessTable table)
    {
        if (seen is null)
            return false;
        ref var place = ref seen[Place(header)];
        return ReferenceEquals(place.Header, header) && ReferenceEquals(place.Table, table) && place.Model == model
            && Environment.TickCount64 < place.Until;
    }

    public static void Keep(string header, string? model, AccessTable table)
    {
        seen ??= new (string?, string?, AccessTable?, long)[Places];
        seen[Place(header)] = (header, model, table, Environment.TickCount64 + Valid);
    }

    private static int Place(string header) => RuntimeHelpers.GetHashCode(header) & (Places - 1);
}
