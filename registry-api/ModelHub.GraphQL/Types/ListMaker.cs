using System.Linq.Expressions;

namespace ModelHub.GraphQL.Types;

/// <summary>Makes CLR lists of coerced items.</summary>
internal interface IListMaker
{
    object Make(object?[] items);
}

/// <param name="bind">Makes one item.</param>
/// <param name="wanted">The parameter's or property's type: an array or an interface of one, a set, or a class made from a sequence.</param>
internal sealed class ListMaker<T>(Func<object?, object?> bind, Type wanted) : IListMaker
{
    private readonly Func<T[], object> finish = Finish(wanted);

    public object Make(object?[] items)
    {
        var all = new T[items.Length];
        for (var i = 0; i < items.Length; i++)
            all[i] = (T)bind(items[i])!;
        return finish(all);
    }

    private static Func<T[], object> Finish(Type wanted)
    {
        if (wanted.IsAssignableFrom(typeof(T[])))
            return all => all;
        if (wanted.IsAssignableFrom(typeof(HashSet<T>)))
            return all => new HashSet<T>(all);
        var constructor = wanted.GetConstructor([typeof(IEnumerable<T>)])
            ?? throw new SchemaException($"{wanted.Name} cannot be an input list: it is not made from a sequence of {typeof(T).Name}.");
        var items = Expression.Parameter(typeof(T[]));
        return Expression.Lambda<Func<T[], object>>(Expression.Convert(Expression.New(constructor, items), typeof(object)), items).Compile();
    }
}
