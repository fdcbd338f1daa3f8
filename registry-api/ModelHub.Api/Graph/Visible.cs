using System.Linq.Expressions;

namespace ModelHub.Api.Graph;

internal static class Visible
{
    /// <summary>Only rows whose name lies in a namespace the caller may read.</summary>
    public static IQueryable<T> VisibleTo<T>(this IQueryable<T> rows, Caller caller, Expression<Func<T, string>> name, Permission permission = Permission.Read)
    {
        var namespaces = Permits.Namespaces(caller.Principal, permission);
        return namespaces.Contains(Grant.Any) ? rows : rows.Where(Covered(name, namespaces));
    }

    /// <summary>The same as a condition, for queries below a query.</summary>
    public static Expression<Func<T, bool>> To<T>(Caller caller, Expression<Func<T, string>> name)
    {
        var namespaces = Permits.Namespaces(caller.Principal, Permission.Read);
        return namespaces.Contains(Grant.Any) ? _ => true : Covered(name, namespaces);
    }

    /// <summary>The thing if the caller may read it, else null: what may not be seen looks as if it were not there.</summary>
    public static T? IfVisible<T>(this T? thing, Caller caller, Func<T, string> name)
        where T : class
        => thing is not null && caller.May(Permission.Read, Place.Of(name(thing))) ? thing : null;

    // row.Name = 'risk' or row.Name like 'risk.%', per namespace; an underscore is a letter here and a wildcard there.
    private static Expression<Func<T, bool>> Covered<T>(Expression<Func<T, string>> name, IReadOnlyList<string> namespaces)
    {
        var like = AnyLike(namespaces.SelectMany(n => new[] { Escaped(n), Escaped(n) + ".%" }));
        return Expression.Lambda<Func<T, bool>>(Inline(like, name.Body), name.Parameters);
    }

    /// <summary>One condition per pattern: PostgreSQL looks patterns of an array up in no index.</summary>
    internal static Expression<Func<string, bool>> AnyLike(IEnumerable<string> patterns)
    {
        Expression<Func<string, bool>> none = _ => false;
        return patterns.Select(pattern => (Expression<Func<string, bool>>)(text => EF.Functions.Like(text, pattern)))
            .Aggregate(none, (any, one) => Expression.Lambda<Func<string, bool>>(Expression.OrElse(any.Body, Inline(one, any.Parameters[0])), any.Parameters));
    }

    /// <summary>The body of the rule with its parameter replaced.</summary>
    internal static Expression Inline(LambdaExpression rule, Expression argument) => new Swap(rule.Parameters[0], argument).Visit(rule.Body);

    private static string Escaped(string @namespace) => @namespace.Replace("_", "\\_", StringComparison.Ordinal);

    private sealed class Swap(ParameterExpression from, Expression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : base.VisitParameter(node);
    }
}
