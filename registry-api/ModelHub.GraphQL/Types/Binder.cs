using System.Linq.Expressions;
using System.Reflection;
using ModelHub.GraphQL.Conventions;
using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL.Types;

/// <summary>Makes the functions that turn coerced input into CLR values.</summary>
internal sealed class Binder(Leaves leaves)
{
    public Func<object?, object?> For(Shape shape, IDAttribute? id = null, Func<string>? idType = null)
    {
        var inner = Inner(shape, id, idType);
        if (shape.OptionalOf is not { } optional)
            return value => value is null || value == InputObject.Absent ? null : inner(value);
        var wrap = (IOptionalMaker)Activator.CreateInstance(typeof(OptionalMaker<>).MakeGenericType(optional))!;
        return value => value == InputObject.Absent ? null : wrap.Make(value is null ? null : inner(value));
    }

    private Func<object, object?> Inner(Shape shape, IDAttribute? id, Func<string>? idType)
    {
        if (shape.Item is { } item)
            return ListOf(shape.Type, item, For(item, id, idType));
        if (idType is not null)
            return value => leaves.FromWire(GlobalId.Decode((string)value, idType()), shape.Type);
        if (shape.Type.IsEnum)
            return value => value;
        if (id is not null || leaves.Scalar(shape.Type) is not null)
            return value => leaves.FromWire(value, shape.Type);
        return Object(shape.Type);
    }

    private static Func<object, object?> ListOf(Type list, Shape item, Func<object?, object?> bind)
    {
        var element = item.IsNullable && item.Type.IsValueType ? typeof(Nullable<>).MakeGenericType(item.Type) : item.Type;
        var maker = (IListMaker)Activator.CreateInstance(typeof(ListMaker<>).MakeGenericType(element), bind, list)!;
        return value => maker.Make((object?[])value);
    }

    /// <summary>Input objects are made by the constructor with the most parameters; other settable properties follow.</summary>
    private Func<object, object?> Object(Type type)
    {
        Func<object?[], object>? create = null;
        return value =>
        {
            var input = (InputObject)value;
            create ??= Constructor(type, input.Type);
            var bound = new object?[input.Values.Length];
            for (var i = 0; i < bound.Length; i++)
                bound[i] = input.Type.Fields[i].Bound(input.Values[i]);
            return create(bound);
        };
    }

    private static Func<object?[], object> Constructor(Type type, InputDef input)
    {
        var values = Expression.Parameter(typeof(object?[]));
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault();
        var taken = new HashSet<int>();
        Expression Value(string name, Type wanted)
        {
            var index = input.Fields.FindIndex(f => f.Name.Equals(Naming.Camel(name), StringComparison.OrdinalIgnoreCase));
            taken.Add(index);
            return index < 0 ? Expression.Default(wanted) : Unbox(Expression.ArrayIndex(values, Expression.Constant(index)), wanted);
        }

        var arguments = constructor?.GetParameters().Select(p => Value(p.Name!, p.ParameterType)).ToArray() ?? [];
        var made = constructor is null ? Expression.New(type) : Expression.New(constructor, arguments);
        var setters = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.SetMethod is { IsPublic: true } && input.Fields.FindIndex(f => f.Name == Naming.Field(p)) is var i && i >= 0 && !taken.Contains(i))
            .Select(p => (MemberBinding)Expression.Bind(p, Value(Naming.Field(p), p.PropertyType)))
            .ToList();
        Expression body = setters.Count == 0 ? made : Expression.MemberInit(made, setters);
        return Expression.Lambda<Func<object?[], object>>(Expression.Convert(body, typeof(object)), values).Compile();
    }

    /// <summary>A boxed value as the type; null as its default.</summary>
    public static Expression Unbox(Expression boxed, Type wanted) =>
        wanted.IsValueType && Nullable.GetUnderlyingType(wanted) is null
            ? Expression.Condition(Expression.ReferenceEqual(boxed, Expression.Constant(null)), Expression.Default(wanted), Expression.Convert(boxed, wanted))
            : Expression.Convert(boxed, wanted);

    private interface IOptionalMaker
    {
        object Make(object? value);
    }

    private sealed class OptionalMaker<T> : IOptionalMaker
    {
        public object Make(object? value) => new Optional<T>(value is null ? default! : (T)value);
    }
}
