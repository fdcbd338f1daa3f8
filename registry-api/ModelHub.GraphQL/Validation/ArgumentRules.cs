using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Validation;

/// <summary>Rules about directives and arguments: known, in their place, unique, complete.</summary>
internal sealed class ArgumentRules(Schema schema, ValueRules values, Faults faults, GraphQLLimits limits)
{
    public void Directives(Directive[] directives, string location, Node owner)
    {
        if (directives.Length > limits.MaxDirectivesPerLocation)
        {
            faults.Limit($"There are too many directives in one place: the limit is {limits.MaxDirectivesPerLocation}.", owner);
            return;
        }

        for (var i = 0; i < directives.Length; i++)
        {
            var directive = directives[i];
            var definition = schema.Directive(directive.Name);
            if (definition is null)
                faults.Add($"There is no directive \"@{Faults.Shown(directive.Name)}\".{faults.Suggest($"@{directive.Name}", schema.Directives.Select(d => $"@{d.Name}"))}", directive);
            else if (!definition.Locations.Contains(location))
                faults.Add($"The directive \"@{definition.Name}\" cannot stand here.", directive);
            else if (!definition.IsRepeatable && Array.FindIndex(directives, d => d.Name == directive.Name) < i)
                faults.Add($"The directive \"@{definition.Name}\" can stand here only once.", directive);
            if (definition is null)
                Untyped(directive.Arguments);
            else
                Check(directive.Arguments, definition.Args, $"@{definition.Name}", directive);
        }
    }

    public void Check(Argument[] given, IReadOnlyList<InputValueDef> definitions, string of, Node owner)
    {
        Unique(given);
        foreach (var argument in given)
        {
            if (faults.IsFull)
                return;
            if (Find(definitions, argument.Name) is { } definition)
                values.Check(argument.Value, definition.Type, definition.Default is not null);
            else
                Unknown(argument, definitions, of);
        }

        foreach (var required in definitions)
        {
            if (required.IsRequired && !Array.Exists(given, g => g.Name == required.Name))
                faults.Add($"{of} requires the argument \"{required.Name}\" of type {required.Type}.", owner);
        }
    }

    /// <summary>Arguments of what nobody knows: only what holds for any.</summary>
    public void Untyped(Argument[] given)
    {
        Unique(given);
        foreach (var argument in given)
            values.Check(argument.Value, null);
    }

    private void Unknown(Argument argument, IReadOnlyList<InputValueDef> definitions, string of)
    {
        faults.Add($"{of} has no argument \"{Faults.Shown(argument.Name)}\".{faults.Suggest(argument.Name, definitions.Select(d => d.Name))}", argument);
        values.Check(argument.Value, null);
    }

    private void Unique(Argument[] given)
    {
        if (given.Length < 2)
            return;
        var names = new HashSet<string>(given.Length, StringComparer.Ordinal);
        foreach (var argument in given)
        {
            if (!names.Add(argument.Name))
                faults.Add($"The argument \"{Faults.Shown(argument.Name)}\" is given twice.", argument);
        }
    }

    private static InputValueDef? Find(IReadOnlyList<InputValueDef> definitions, string name)
    {
        foreach (var definition in definitions)
        {
            if (definition.Name == name)
                return definition;
        }

        return null;
    }
}
