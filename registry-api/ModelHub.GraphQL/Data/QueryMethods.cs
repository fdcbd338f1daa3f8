using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;

namespace ModelHub.GraphQL.Data;

/// <summary>Calls of <see cref="Queryable"/> and <see cref="Enumerable"/> by name, each method looked up once for its types.</summary>
internal static class QueryMethods
{
    private static readonly ConcurrentDictionary<(Type Owner, string Name, Type Row, Type? Key), MethodInfo> Known = new();

    public static MethodCallExpression Call(Type owner, string name, Type row, params Expression[] arguments) => Call(owner, name, row, null, arguments);

    /// <param name="owner">Queryable or Enumerable.</param>
    /// <param name="name">The method; of its overloads always the same one is called.</param>
    /// <param name="row">The first type argument.</param>
    /// <param name="key">The second type argument, where there is one.</param>
    /// <param name="arguments">What is passed.</param>
    public static MethodCallExpression Call(Type owner, string name, Type row, Type? key, Expression[] arguments)
    {
        if (Known.TryGetValue((owner, name, row, key), out var method))
            return Expression.Call(method, arguments);
        var found = Expression.Call(owner, name, key is null ? [row] : [row, key], arguments);
        Known[(owner, name, row, key)] = found.Method;
        return found;
    }
}
