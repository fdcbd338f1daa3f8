using System.Collections.Concurrent;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL.Data;

/// <summary>
/// Reads of an entity, and of those included with it, what the operation shows: a selector that makes the entity anew without
/// the wide properties that no field reads. Made once for each set of properties that is left out.
/// </summary>
internal static class Narrowing
{
    private static readonly ConcurrentDictionary<(Type Row, string LeftOut), LambdaExpression?> Selectors = new();

    /// <summary>Null when everything is read, and for queries that are not of whole entities.</summary>
    public static Expression<Func<T, T>>? Of<T>(DbContext db, Expression query, OperationRun run)
    {
        if (Included.In(query) is not { } included || db.Model.FindEntityType(typeof(T)) is not { } entity)
            return null;
        var leftOut = included.Below(entity).Append(entity).Select(e => e.ClrType).Distinct()
            .ToDictionary(type => type, type => LeftOut(run, type));
        if (leftOut.Values.All(names => names.Length == 0))
            return null;
        var key = $"{included} {string.Join(';', leftOut.Select(pair => $"{pair.Key.Name} {string.Join(',', pair.Value)}"))}";
        return (Expression<Func<T, T>>?)Selectors.GetOrAdd((typeof(T), key), _ => Selector<T>(entity, included, leftOut));
    }

    private static string[] LeftOut(OperationRun run, Type type) =>
        run.Schema.ObjectOf(type) is { Wide.Count: > 0 } definition ? [.. run.Plan.Unread.Of(definition)] : [];

    private static Expression<Func<T, T>>? Selector<T>(IEntityType entity, Included included, Dictionary<Type, string[]> leftOut)
    {
        var row = Expression.Parameter(typeof(T), "row");
        return NarrowEntity.Make(entity, row, included, leftOut) is { } made ? Expression.Lambda<Func<T, T>>(made, row) : null;
    }
}
