using System.Globalization;
using System.Reflection;
using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Types;

/// <summary>Defaults declared in C#, as literals.</summary>
internal static class Defaults
{
    public static ValueNode? Of(ParameterInfo parameter)
    {
        if (parameter.GetCustomAttribute<GraphQLDefaultAttribute>() is { } given)
            return Parser.ParseValue(given.Literal);
        return parameter.HasDefaultValue && parameter.DefaultValue is { } value ? Literal(value, parameter.ParameterType) : null;
    }

    public static ValueNode? Of(PropertyInfo property) =>
        property.GetCustomAttribute<GraphQLDefaultAttribute>() is { } given ? Parser.ParseValue(given.Literal) : null;

    private static ValueNode? Literal(object value, Type type)
    {
        var core = Nullable.GetUnderlyingType(type) ?? type;
        if (core.IsEnum)
            return new EnumValue(0, EnumName(core, Enum.ToObject(core, value)));
        return value switch
        {
            bool b => new BooleanValue(0, b),
            string s => new StringValue(0, s),
            double or float or decimal => new FloatValue(0, ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)),
            int or long or short or byte or uint or ushort or sbyte => new IntValue(0, value.ToString()!),
            _ => null,
        };
    }

    private static string EnumName(Type type, object value)
    {
        var field = type.GetField(Enum.GetName(type, value)!)!;
        return field.GetCustomAttribute<GraphQLNameAttribute>()?.Name ?? Naming.UpperSnake(field.Name);
    }
}
