using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ModelHub.GraphQL.Data;

/// <summary><c>new Version { Id = row.Id, Number = row.Number, … }</c>, with what is included.</summary>
internal static class NarrowEntity
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly MethodInfo FillMethod = typeof(NarrowEntity).GetMethod(nameof(Fill), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>Null when the entity is mapped in a way that cannot be written out: then it is read whole.</summary>
    public static Expression? Make(IEntityType entity, Expression row, Included included, Dictionary<Type, string[]> leftOut)
    {
        if (entity.ClrType.GetConstructor(Any, []) is not { } constructor || entity.GetComplexProperties().Any())
            return null;
        var without = leftOut.GetValueOrDefault(entity.ClrType, []);
        var bindings = new List<MemberBinding>();
        foreach (var column in entity.GetProperties().Where(p => !p.IsShadowProperty() && !without.Contains(p.Name)))
        {
            if (column.PropertyInfo is not { CanWrite: true } property)
                return null;
            bindings.Add(Expression.Bind(property, Expression.Property(row, property)));
        }

        var owned = new List<INavigation>();
        foreach (var navigation in entity.GetNavigations().Where(n => !without.Contains(n.Name)))
        {
            if (navigation.TargetEntityType.IsOwned())
                owned.Add(navigation);
            else if (included[navigation.Name] is { } below && Other(navigation, row, below, leftOut) is var other)
            {
                if (other is null)
                    return null;
                bindings.Add(other);
            }
        }

        return Filled(Expression.MemberInit(Expression.New(constructor), bindings), owned, row);
    }

    private static MemberAssignment? Other(INavigation navigation, Expression row, Included below, Dictionary<Type, string[]> leftOut)
    {
        if (navigation.IsCollection || navigation.PropertyInfo is not { CanWrite: true } property)
            return null;
        var one = Expression.Property(row, property);
        if (Make(navigation.TargetEntityType, one, below, leftOut) is not { } made)
            return null;
        var nothing = Expression.Constant(null, property.PropertyType);
        return Expression.Bind(property, navigation.ForeignKey.IsRequired ? made : Expression.Condition(Expression.Equal(one, nothing), nothing, made));
    }

    private static Expression? Filled(Expression made, List<INavigation> owned, Expression row)
    {
        foreach (var navigation in owned)
        {
            var item = navigation.TargetEntityType.ClrType;
            if (!navigation.IsCollection || navigation.PropertyInfo is not { } property)
                return null;
            var items = Expression.Call(typeof(Enumerable), nameof(Enumerable.ToList), [item], Expression.Property(row, property));
            made = Expression.Call(FillMethod.MakeGenericMethod(made.Type, item), made, items);
        }

        return made;
    }

    private static TEntity Fill<TEntity, TItem>(TEntity entity, List<TItem> items)
    {
        ListOf<TEntity, TItem>.Get(entity).AddRange(items);
        return entity;
    }

    /// <summary>The list behind an owned collection.</summary>
    private static class ListOf<TEntity, TItem>
    {
        public static readonly Func<TEntity, List<TItem>> Get = Compile();

        private static Func<TEntity, List<TItem>> Compile()
        {
            var entity = Expression.Parameter(typeof(TEntity));
            var field = typeof(TEntity).GetFields(Any).Single(f => f.FieldType == typeof(List<TItem>));
            return Expression.Lambda<Func<TEntity, List<TItem>>>(Expression.Field(entity, field), entity).Compile();
        }
    }
}
