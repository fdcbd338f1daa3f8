using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Validation;

/// <summary>Rules about the variables an operation declares: few enough, unique, of input types, with defaults that fit.</summary>
internal sealed class VariableRules(Schema schema, ValueRules values, ArgumentRules arguments, Faults faults, GraphQLLimits limits)
{
    /// <summary>False when there are too many to look at.</summary>
    public bool Check(OperationDefinition operation)
    {
        if (operation.Variables.Length > limits.MaxVariables)
        {
            faults.Limit($"There are too many variables: the limit is {limits.MaxVariables}.", operation);
            return false;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var variable in operation.Variables)
        {
            if (!names.Add(variable.Name))
                faults.Add($"There are two variables named \"${Faults.Shown(variable.Name)}\".", variable);
            Check(variable);
        }

        return true;
    }

    private void Check(VariableDefinition variable)
    {
        var type = VariableCoercion.TypeOf(schema, variable.Type);
        if (type is null)
            faults.UnknownType(Innermost(variable.Type), schema.Types.Where(t => t.IsInput));
        else if (!type.IsInput)
            faults.Add($"The variable \"${Faults.Shown(variable.Name)}\" cannot be of the output type {type}.", variable.Type);
        else if (variable.Default is not null && type.Named is not ScalarDef { IsCustom: true })
            values.Check(variable.Default, type);
        arguments.Directives(variable.Directives, "VARIABLE_DEFINITION", variable);
    }

    private static NamedType Innermost(TypeNode type) => type switch
    {
        ListTypeNode l => Innermost(l.Of),
        NonNullTypeNode n => Innermost(n.Of),
        _ => (NamedType)type,
    };
}
