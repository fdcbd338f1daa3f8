using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ModelHub.GraphQL.Data;

/// <summary>The navigations that a query includes, as a tree of names.</summary>
internal sealed class Included
{
    private readonly SortedDictionary<string, Included> names = new(StringComparer.Ordinal);

    public Included? this[string name] => names.GetValueOrDefault(name);

    /// <summary>Null when the query shows something else than its rows, or includes in ways that are not followed here.</summary>
    public static Included? In(Expression query)
    {
        var all = new Included();
        for (var at = query; at is MethodCallExpression { Object: null, Arguments: [var source, ..] } call; at = source)
        {
            if (call.Method.Name is nameof(Queryable.Select) or nameof(Queryable.SelectMany) or nameof(EntityFrameworkQueryableExtensions.ThenInclude))
                return null;
            if (call.Method.Name == nameof(EntityFrameworkQueryableExtensions.Include) && !all.Add(call.Arguments[1]))
                return null;
        }

        return all;
    }

    /// <summary>The entities that come along.</summary>
    public IEnumerable<IEntityType> Below(IEntityType entity) =>
        from pair in names
        let target = entity.FindNavigation(pair.Key)?.TargetEntityType
        where target is not null
        from found in pair.Value.Below(target).Prepend(target)
        select found;

    public override string ToString() => string.Join(',', names.Select(pair => $"{pair.Key}({pair.Value})"));

    private bool Add(Expression path)
    {
        var members = new Stack<MemberInfo>();
        var at = (path as UnaryExpression)?.Operand is LambdaExpression lambda ? lambda.Body : path;
        for (; at is MemberExpression member; at = member.Expression!)
            members.Push(member.Member);
        if (at is not ParameterExpression)
            return false;
        var level = this;
        foreach (var member in members)
        {
            if (!level.names.TryGetValue(member.Name, out var next))
                level.names[member.Name] = next = new Included();
            level = next;
        }

        return true;
    }
}
