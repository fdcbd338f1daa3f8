using System.Linq.Expressions;
using System.Reflection;
using ModelHub.GraphQL.Conventions;
using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL.Types;

/// <summary>Properties that go from the object into the answer without being boxed.</summary>
internal sealed class LeafGetters(Leaves leaves)
{
    private static readonly ParameterExpression Writer = Expression.Parameter(typeof(ResponseWriter));
    private static readonly ParameterExpression Source = Expression.Parameter(typeof(object));

    private static readonly Dictionary<Type, string> Shortcuts = new()
    {
        [typeof(string)] = nameof(ResponseWriter.String),
        [typeof(int)] = nameof(ResponseWriter.Number),
        [typeof(long)] = nameof(ResponseWriter.Number),
        [typeof(double)] = nameof(ResponseWriter.Number),
        [typeof(decimal)] = nameof(ResponseWriter.Number),
        [typeof(bool)] = nameof(ResponseWriter.Boolean),
        [typeof(Guid)] = nameof(ResponseWriter.Guid),
        [typeof(DateTimeOffset)] = nameof(ResponseWriter.Time),
    };

    /// <summary>Reads and writes a property of a leaf type.</summary>
    /// <param name="property">The property.</param>
    /// <param name="leaf">Its type in the schema.</param>
    /// <param name="boxed">How values without a shortcut are written.</param>
    public LeafGetter Of(PropertyInfo property, NamedDef leaf, LeafWriter boxed) => Compile(Written(Read(property), leaf, boxed));

    /// <summary>Reads a property and writes it as the global id of a type.</summary>
    public LeafGetter Global(PropertyInfo property, string type)
    {
        var texts = Expression.Constant(new GlobalIdTexts(type, leaves));
        return Compile(Present(Read(property), value =>
        {
            var wire = leaves.Converter(value.Type) is { } converter ? Expression.Invoke(Expression.Constant(converter.Function), value) : value;
            return wire.Type == typeof(Guid) || wire.Type == typeof(string)
                ? Expression.Call(texts, nameof(GlobalIdTexts.Write), null, Writer, wire)
                : Expression.Call(texts, nameof(GlobalIdTexts.WriteAny), null, Writer, Expression.Convert(value, typeof(object)));
        }));
    }

    private static LeafGetter Compile(Expression body) => Expression.Lambda<LeafGetter>(body, Writer, Source).Compile();

    private static MemberExpression Read(PropertyInfo property) => Expression.Property(Expression.Convert(Source, property.DeclaringType!), property);

    private Expression Written(Expression value, NamedDef leaf, LeafWriter boxed) => Present(value, present =>
    {
        if (leaf is EnumDef { ClrType: not null } names && Enum.GetUnderlyingType(present.Type) != typeof(ulong))
            return Expression.Call(Expression.Constant(new EnumTexts(names)), nameof(EnumTexts.Write), null, Writer, Expression.Convert(present, typeof(long)));
        var wire = leaves.Converter(present.Type) is { } converter ? Expression.Invoke(Expression.Constant(converter.Function), present) : present;
        return Direct(wire.Type, leaf) is { } direct
            ? Expression.Call(Writer, direct, wire)
            : Expression.Invoke(Expression.Constant(boxed), Writer, Expression.Convert(present, typeof(object)));
    });

    /// <summary>True when there was a value, which the expression then writes.</summary>
    private static BlockExpression Present(Expression value, Func<Expression, Expression> write)
    {
        var read = Expression.Variable(value.Type);
        var isNullable = Nullable.GetUnderlyingType(value.Type) is not null;
        Expression present = isNullable ? Expression.Property(read, nameof(Nullable<>.HasValue))
            : value.Type.IsValueType ? Expression.Constant(true)
            : Expression.ReferenceNotEqual(read, Expression.Constant(null));
        var written = Expression.Block(write(isNullable ? Expression.Property(read, nameof(Nullable<>.Value)) : read), Expression.Constant(true));
        return Expression.Block([read], Expression.Assign(read, value), Expression.AndAlso(present, written));
    }

    private static MethodInfo? Direct(Type type, NamedDef leaf)
    {
        // An ID is a string in the answer, whatever it is here.
        if (leaf.Name == "ID" && type != typeof(string) && type != typeof(Guid))
            return null;
        var name = Shortcuts.GetValueOrDefault(type);
        return name is null ? null : typeof(ResponseWriter).GetMethod(name, [type]);
    }
}
