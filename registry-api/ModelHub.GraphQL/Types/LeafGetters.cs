using System.Linq.Expressions;
using System.Reflection;
using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL.Types;

/// <summary>Properties that go from the object into the answer without being boxed.</summary>
internal static class LeafGetters
{
    /// <summary>Null when the property's type has no shortcut.</summary>
    public static LeafGetter? Of(PropertyInfo property, LeafWriter boxed)
    {
        var writer = Expression.Parameter(typeof(ResponseWriter));
        var source = Expression.Parameter(typeof(object));
        var value = Expression.Property(Expression.Convert(source, property.DeclaringType!), property);
        var direct = typeof(LeafGetters).GetMethod("Write", BindingFlags.NonPublic | BindingFlags.Static, [typeof(ResponseWriter), property.PropertyType]);
        // The lookup also finds widening conversions (an enum as its number); they are not meant.
        if (direct?.GetParameters()[1].ParameterType == property.PropertyType)
            return Expression.Lambda<LeafGetter>(Expression.Call(direct, writer, value), writer, source).Compile();
        var any = Expression.Call(typeof(LeafGetters), nameof(Boxed), null, writer, Expression.Convert(value, typeof(object)), Expression.Constant(boxed));
        return Expression.Lambda<LeafGetter>(any, writer, source).Compile();
    }

    private static bool Boxed(ResponseWriter writer, object? value, LeafWriter write)
    {
        if (value is null)
            return false;
        write(writer, value);
        return true;
    }

    private static bool Write(ResponseWriter writer, string? value)
    {
        if (value is null)
            return false;
        writer.String(value);
        return true;
    }

    private static bool Write(ResponseWriter writer, int value)
    {
        writer.Number(value);
        return true;
    }

    private static bool Write(ResponseWriter writer, long value)
    {
        writer.Number(value);
        return true;
    }

    private static bool Write(ResponseWriter writer, double value)
    {
        writer.Number(value);
        return true;
    }

    private static bool Write(ResponseWriter writer, bool value)
    {
        writer.Boolean(value);
        return true;
    }

    private static bool Write(ResponseWriter writer, Guid value)
    {
        writer.Guid(value);
        return true;
    }
}
