using System.Reflection;

namespace ModelHub.GraphQL.Types;

/// <summary>Input objects and enums, each made when it is first met.</summary>
internal sealed class InputTypes(TypeRegistry types, XmlDocs docs)
{
    private readonly Dictionary<Type, InputDef> inputs = [];
    private readonly Dictionary<Type, EnumDef> enums = [];

    public NamedDef Of(Type type)
    {
        if (type.IsEnum)
            return Enum(type);
        if (types.Leaves.Scalar(type) is { } scalar)
            return scalar;
        if (inputs.TryGetValue(type, out var known))
            return known;
        if (type.IsInterface || type.IsAbstract || type.IsPrimitive)
            throw new SchemaException($"{type.Name} can be no input type; register its service, or take a record.");
        var input = types.Named(new InputDef(Naming.Input(type), type) { Description = docs.Of(type) ?? Purpose(type), IsOneOf = type.IsDefined(typeof(OneOfAttribute), false) });
        inputs[type] = input;
        foreach (var property in Members.Properties(type).Where(p => p.CanRead))
            input.Add(InputField(property, input.IsOneOf));
        return input;
    }

    // An input is named after what it is given for: a thing that has a word, or a mutation.
    private string? Purpose(Type type) => !type.Name.EndsWith("Input", StringComparison.Ordinal) ? null
        : type.Name[..^"Input".Length] is var name && docs.Word(name) is { } word ? word : $"What {Naming.Camel(name)} takes.";

    private InputValueDef InputField(PropertyInfo property, bool oneOf)
    {
        var shape = Shape.Of(property);
        if (oneOf)
            shape = shape with { IsNullable = true };
        var id = property.GetCustomAttribute<IDAttribute>();
        var parameter = property.DeclaringType!.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault()?.GetParameters().FirstOrDefault(p => p.Name == property.Name);
        return new InputValueDef(Naming.Field(property), types.Input(shape, id))
        {
            Description = docs.Of(property),
            DeprecationReason = property.GetCustomAttribute<GraphQLDeprecatedAttribute>()?.Reason,
            Default = Defaults.Of(property) ?? (parameter is null ? null : Defaults.Of(parameter)),
            Bind = types.Bind(shape, id),
        };
    }

    public EnumDef Enum(Type type)
    {
        if (enums.TryGetValue(type, out var known))
            return known;
        var definition = enums[type] = types.Named(new EnumDef(types.NameOf(type), type) { Description = docs.Of(type) });
        foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => !f.IsDefined(typeof(GraphQLIgnoreAttribute))))
        {
            definition.Values.Add(new EnumValueDef(field.GetCustomAttribute<GraphQLNameAttribute>()?.Name ?? Naming.UpperSnake(field.Name), field.GetValue(null)!)
            {
                Description = docs.Of(field),
                DeprecationReason = field.GetCustomAttribute<GraphQLDeprecatedAttribute>()?.Reason,
            });
        }

        return definition;
    }
}
