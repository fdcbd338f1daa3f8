using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;

namespace ModelHub.GraphQL.Data;

/// <summary>
/// Comparisons of any type as expressions. The operator's method lets types without operators (strings, ids) be compared;
/// a database provider translates the node's kind and never looks at the method.
/// </summary>
internal static class Compare
{
    private static readonly ConcurrentDictionary<(ExpressionType Kind, Type Type), MethodInfo> Operators = new();
    private static readonly ConcurrentDictionary<Type, IBoxes> Boxes = new();

    public static Expression Make(ExpressionType kind, Expression left, Expression right)
    {
        if (kind is ExpressionType.Equal or ExpressionType.NotEqual)
            return Expression.MakeBinary(kind, left, right);
        var type = left.Type;
        var core = Nullable.GetUnderlyingType(type) ?? type;
        if (core.IsPrimitive || core == typeof(decimal) || core == typeof(DateTime) || core == typeof(DateTimeOffset) || core == typeof(DateOnly) || core == typeof(TimeSpan))
            return Expression.MakeBinary(kind, left, right);
        return Expression.MakeBinary(kind, left, right, liftToNull: false, Operators.GetOrAdd((kind, type), static key => Operator(key.Kind, key.Type)));
    }

    /// <summary>A value that becomes a parameter of the query, not a part of its text.</summary>
    public static Expression Parameter(object? value, Type type) =>
        Boxes.GetOrAdd(type, static t => (IBoxes)Activator.CreateInstance(typeof(BoxesOf<>).MakeGenericType(t))!).Parameter(value);

    private static MethodInfo Operator(ExpressionType kind, Type type) =>
        typeof(Compare).GetMethod(kind.ToString(), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type);

    private static bool GreaterThan<T>(T a, T b) => Order(a, b) > 0;

    private static bool GreaterThanOrEqual<T>(T a, T b) => Order(a, b) >= 0;

    private static bool LessThan<T>(T a, T b) => Order(a, b) < 0;

    private static bool LessThanOrEqual<T>(T a, T b) => Order(a, b) <= 0;

    private static int Order<T>(T a, T b) => a is string x && b is string y ? string.CompareOrdinal(x, y) : Comparer<T>.Default.Compare(a, b);

    private interface IBoxes
    {
        Expression Parameter(object? value);
    }

    private sealed class BoxesOf<T> : IBoxes
    {
        private static readonly PropertyInfo Value = typeof(Box<T>).GetProperty(nameof(Box<>.Value))!;

        public Expression Parameter(object? value) => Expression.Property(Expression.Constant(new Box<T>(value is null ? default! : (T)value)), Value);
    }

    private sealed class Box<T>(T value)
    {
        public T Value { get; } = value;
    }
}
