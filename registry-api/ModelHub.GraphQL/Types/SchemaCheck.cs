using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL.Types;

/// <summary>The specification's type validation, and our own rules; all faults are reported at once.</summary>
internal sealed class SchemaCheck
{
    private readonly List<string> faults = [];

    /// <exception cref="SchemaException">The schema is not valid.</exception>
    public static void Run(Schema schema, GraphQLOptions options)
    {
        var check = new SchemaCheck();
        foreach (var type in schema.Types)
            check.Type(type);
        foreach (var argument in schema.Directives.SelectMany(d => d.Args))
            check.Default("@", argument);
        check.faults.AddRange(InputCycles.Of(schema));
        if (options.RequirePolicies)
            check.faults.AddRange(Policies.Missing(schema).Select(f => $"{f} has no policy and is not open to everyone by [AllowAnonymous]."));
        if (check.faults.Count > 0)
            throw new SchemaException("The schema is not valid:\n" + string.Join('\n', check.faults));
    }

    private void Type(NamedDef type)
    {
        Name(type.Name, type.Name, type.IsIntrospection);
        switch (type)
        {
            case FieldsDef fields:
                Fields(fields);
                foreach (var face in fields.Interfaces)
                    Implements(fields, face);
                break;
            case UnionDef { Members.Count: 0 }:
                faults.Add($"The union {type} has no members.");
                break;
            case EnumDef { Values.Count: 0 }:
                faults.Add($"The enum {type} has no values.");
                break;
            case EnumDef e:
                foreach (var v in e.Values.Where(v => v.Name is "true" or "false" or "null" || !Naming.IsName(v.Name)))
                    faults.Add($"{type}.{v.Name} is no name of an enum value.");
                break;
            case InputDef input:
                Input(input);
                break;
        }
    }

    private void Fields(FieldsDef type)
    {
        if (type.Fields.Count == 0)
            faults.Add($"{type} has no fields.");
        foreach (var field in type.Fields)
        {
            Name($"{type}.{field.Name}", field.Name, type.IsIntrospection);
            if (!field.Type.Named.IsOutput)
                faults.Add($"{type}.{field.Name} is of the input type {field.Type}.");
            foreach (var group in field.Args.GroupBy(a => a.Name).Where(g => g.Count() > 1))
                faults.Add($"{type}.{field.Name} has two arguments named {group.Key}.");
            foreach (var argument in field.Args)
                Member($"{type}.{field.Name}({argument.Name})", argument);
        }
    }

    private void Input(InputDef input)
    {
        if (input.Fields.Count == 0)
            faults.Add($"{input} has no fields.");
        foreach (var field in input.Fields)
        {
            Member($"{input}.{field.Name}", field);
            if (input.IsOneOf && (field.Type.IsNonNull || field.Default is not null))
                faults.Add($"{input}.{field.Name} is one of several and must be nullable and without default.");
        }
    }

    private void Member(string where, InputValueDef value)
    {
        Name(where, value.Name, false);
        if (!value.Type.IsInput)
            faults.Add($"{where} is of the output type {value.Type}.");
        if (value.IsRequired && value.DeprecationReason is not null)
            faults.Add($"{where} is required and cannot be deprecated.");
        Default(where, value);
    }

    private void Default(string where, InputValueDef value)
    {
        if (value.Default is null)
            return;
        if (InputCycles.IsCircular(value))
        {
            faults.Add($"The default of {where} leads back to itself.");
            return;
        }

        try
        {
            _ = value.DefaultValue;
        }
        catch (CoercionException e)
        {
            faults.Add($"The default of {where} does not fit: {e.Message}");
        }
    }

    private void Name(string where, string name, bool introspection)
    {
        if (!Naming.IsName(name) || (!introspection && name.StartsWith("__", StringComparison.Ordinal)))
            faults.Add($"{where}: \"{name}\" is no name that a schema may use.");
    }

    private void Implements(FieldsDef type, InterfaceDef face)
    {
        foreach (var parent in face.Interfaces.Where(p => !type.Interfaces.Contains(p)))
            faults.Add($"{type} implements {face} and must implement {parent}.");
        foreach (var wanted in face.Fields)
        {
            if (type.Field(wanted.Name) is not { } own)
                faults.Add($"{type} lacks the field {wanted.Name} of {face}.");
            else
                Covers(type, face, own, wanted);
        }
    }

    private void Covers(FieldsDef type, InterfaceDef face, FieldDef own, FieldDef wanted)
    {
        if (!Subtypes.Is(own.Type, wanted.Type))
            faults.Add($"{type}.{own.Name} is {own.Type}, which is no {wanted.Type} as {face} has it.");
        if (own.DeprecationReason is not null && wanted.DeprecationReason is null)
            faults.Add($"{type}.{own.Name} is deprecated, but not in {face}.");
        foreach (var argument in wanted.Args.Where(a => own.IndexOf(a.Name) < 0 || own.Args[own.IndexOf(a.Name)].Type.ToString() != a.Type.ToString()))
            faults.Add($"{type}.{own.Name} lacks the argument {argument.Name}: {argument.Type} of {face}.");
        foreach (var argument in own.Args.Where(a => a.IsRequired && wanted.IndexOf(a.Name) < 0))
            faults.Add($"{type}.{own.Name} has the required argument {argument.Name}, which {face} does not have.");
    }
}
