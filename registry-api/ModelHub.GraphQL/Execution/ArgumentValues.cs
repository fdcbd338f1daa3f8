using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Execution;

/// <summary>The arguments of a field, coerced and bound, in the order of its definition.</summary>
internal static class ArgumentValues
{
    /// <exception cref="CoercionException">A value does not fit.</exception>
    public static object?[] Of(FieldDef definition, Field syntax, VariableValues variables, int maxValues)
    {
        var coercion = new Coercion(maxValues);
        var values = new object?[definition.Args.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var argument = definition.Args[i];
            var value = Coerce(argument, Array.Find(syntax.Arguments, a => a.Name == argument.Name), variables, coercion);
            values[i] = argument.Bound(value);
        }

        return values;
    }

    private static object? Coerce(InputValueDef argument, Argument? given, VariableValues variables, Coercion coercion)
    {
        var value = given is null ? InputObject.Absent : coercion.FromLiteral(given.Value, argument.Type, variables);
        if (value != InputObject.Absent)
            return value;
        if (argument.Default is not null)
            return argument.DefaultValue;
        return argument.Type.IsNonNull ? throw new CoercionException($"The argument \"{argument.Name}\" is required.") : InputObject.Absent;
    }
}
