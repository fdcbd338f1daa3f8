using System.Text.Json;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Execution;

/// <summary>The variables of a request by the definitions of its operation.</summary>
internal static class VariableCoercion
{
    /// <summary>The values, or why they do not fit.</summary>
    public static (VariableValues Values, GraphQLError[] Errors) Coerce(Schema schema, Document document, OperationDefinition operation, JsonElement given, GraphQLLimits limits)
    {
        if (operation.Variables.Length == 0)
            return (VariableValues.None, []);
        var values = new VariableValues(given);
        var errors = new List<GraphQLError>();
        var coercion = new Coercion(limits.MaxInputValues);
        foreach (var definition in operation.Variables)
        {
            try
            {
                Coerce(TypeOf(schema, definition.Type)!, definition, values, coercion);
            }
            catch (CoercionException e)
            {
                var at = e.Path is { Length: > 0 } path ? $" at \"{(path.Length > 100 ? path[..100] + "…" : path)}\"" : "";
                errors.Add(new GraphQLError($"The variable \"${Validation.Faults.Shown(definition.Name)}\" has an invalid value{at}: {e.Message}", "INVALID_VARIABLE") { Locations = [Locations.Of(document.Source, definition.Start)] });
                if (errors.Count == limits.MaxValidationErrors)
                    break;
            }
        }

        return (values, [.. errors]);
    }

    /// <summary>The type a variable is declared with; null when a name is unknown.</summary>
    public static GraphType? TypeOf(Schema schema, TypeNode type) => type switch
    {
        NonNullTypeNode n => TypeOf(schema, n.Of) is { } of ? new NonNullDef(of) : null,
        ListTypeNode l => TypeOf(schema, l.Of) is { } of ? new ListDef(of) : null,
        NamedType named => schema.ByName.GetValueOrDefault(named.Name),
        _ => null,
    };

    private static void Coerce(GraphType type, VariableDefinition definition, VariableValues values, Coercion coercion)
    {
        if (values.Raw(definition.Name) is { } raw)
            values[definition.Name] = coercion.FromJson(raw, type, definition.Name);
        else if (definition.Default is not null)
            values[definition.Name] = coercion.FromLiteral(definition.Default, type, VariableValues.None);
        else if (type.IsNonNull)
            throw new CoercionException($"a value of type {type} is required.");
    }
}
