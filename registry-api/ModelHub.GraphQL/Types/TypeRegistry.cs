using System.Reflection;
using ModelHub.GraphQL.Conventions;
using ModelHub.GraphQL.Data;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Types;

/// <summary>Which definition each CLR type has; makes them when they are first met.</summary>
internal sealed class TypeRegistry(SchemaSources sources, XmlDocs docs)
{
    private readonly Dictionary<string, NamedDef> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, CompositeDef> outputs = [];
    private readonly Dictionary<Type, NamedDef> inputs = [];
    private readonly Dictionary<Type, string> names = [];
    private readonly Queue<Action> unfinished = new();
    private readonly Dictionary<string, (FilterDef Filter, string[] Properties)> filters = [];
    private readonly Dictionary<string, (SortDef Sort, string[] Properties)> sorts = [];

    public Leaves Leaves { get; } = new(sources);

    public Binder Binder => field ??= new Binder(Leaves);

    /// <summary>Fills the fields of composite types; set by the builder.</summary>
    public Action<FieldsDef, Type> Fill { get; set; } = (_, _) => { };

    public HashSet<Type> InterfaceTypes { get; } = [];

    public HashSet<Type> UnionTypes { get; } = [];

    public IEnumerable<NamedDef> All => byName.Values.Concat(Leaves.Used);

    public void Rename(Type type, string name) => names[type] = name;

    public string NameOf(Type type) => names.GetValueOrDefault(type) ?? Naming.Type(type);

    /// <summary>Makes fields until no new type turns up.</summary>
    public void Complete()
    {
        while (unfinished.TryDequeue(out var work))
            work();
    }

    public T Named<T>(T definition)
        where T : NamedDef
    {
        if (!byName.TryAdd(definition.Name, definition))
            throw new SchemaException($"Two types are named {definition.Name} ({ClrName(byName[definition.Name])}, {ClrName(definition)}); give one of them another name by [GraphQLName].");
        return definition;
    }

    private static string ClrName(NamedDef definition) => definition switch
    {
        ObjectDef { ClrType: { } type } => type.FullName!,
        InterfaceDef { ClrType: { } type } => type.FullName!,
        InputDef { ClrType: { } type } => type.FullName!,
        EnumDef { ClrType: { } type } => type.FullName!,
        _ => "made by the engine",
    };

    public GraphType Output(Shape shape, IDAttribute? id = null)
    {
        GraphType type = shape.Item is { } item ? new ListDef(Output(item, id)) : id is not null ? Leaf(Leaves.Id) : OutputNamed(shape.Type);
        return shape.IsNullable ? type : new NonNullDef(type);
    }

    /// <summary>How the innermost values of an output are written; null when they are objects.</summary>
    public LeafWriter? Writer(Shape shape, IDAttribute? id)
    {
        if (id is null)
            return OutputNamed(shape.Core) is { IsLeaf: true } leaf ? Leaves.Writer(shape.Core, leaf) : null;
        if (id.Target is not { } target)
            return (w, v) => w.String(Leaves.IdText(v));
        var name = NameOf(target);
        return (w, v) => w.String(GlobalId.Encode(name, Leaves.IdText(v)));
    }

    public GraphType Input(Shape shape, IDAttribute? id = null)
    {
        GraphType type = shape.Item is { } item ? new ListDef(Input(item, id)) : id is not null ? Leaf(Leaves.Id) : InputNamed(shape.Type);
        return shape.IsNullable ? type : new NonNullDef(type);
    }

    public Func<object?, object?> Bind(Shape shape, IDAttribute? id) =>
        Binder.For(shape, id, id?.Target is { } target ? () => NameOf(target) : null);

    /// <summary>An input type that has no CLR type, made once.</summary>
    public InputDef Input(string name, Action<InputDef> fill)
    {
        if (byName.TryGetValue(name, out var known))
            return (InputDef)known;
        var input = Named(new InputDef(name, null));
        fill(input);
        return input;
    }

    /// <summary>The filter input of a row type; one name stands for one list of properties.</summary>
    public FilterDef Filter(Type row, string name, string[] properties)
    {
        if (!filters.TryGetValue(name, out var known))
        {
            known = (FilterDef.Build(this, row, name, properties), properties);
            Named(known.Filter.Input);
            filters[name] = known;
        }

        return known.Filter.Row == row && known.Properties.SequenceEqual(properties) ? known.Filter : throw Other(name);
    }

    /// <summary>The sort input of a row type; one name stands for one list of properties.</summary>
    public SortDef Sort(Type row, string name, string[] properties)
    {
        if (!sorts.TryGetValue(name, out var known))
        {
            known = (SortDef.Build(this, row, name, properties), properties);
            Named(known.Sort.Input);
            sorts[name] = known;
        }

        return known.Sort.Row == row && known.Properties.SequenceEqual(properties) ? known.Sort : throw Other(name);
    }

    /// <summary>An object type that has no CLR type of its own, made once.</summary>
    public ObjectDef Object(string name, Type? clr, Action<ObjectDef> fill)
    {
        if (byName.TryGetValue(name, out var known))
            return (ObjectDef)known;
        var definition = Named(new ObjectDef(name, clr));
        fill(definition);
        return definition;
    }

    public CompositeDef Composite(Type type)
    {
        if (outputs.TryGetValue(type, out var known))
            return known;
        if (UnionTypes.Contains(type))
            return Union(type);
        FieldsDef definition = InterfaceTypes.Contains(type) ? new InterfaceDef(NameOf(type), type) : new ObjectDef(NameOf(type), type);
        definition.Description = docs.Of(type);
        outputs[type] = Named(definition);
        unfinished.Enqueue(() => Fill(definition, type));
        if (definition is InterfaceDef face)
            unfinished.Enqueue(() => face.Implementations.AddRange(Concrete(type)));
        return definition;
    }

    private static SchemaException Other(string name) => new($"{name} is declared with other properties elsewhere; give one of them another Name.");

    private UnionDef Union(Type type)
    {
        var union = Named(new UnionDef(NameOf(type), type) { Description = docs.Of(type) });
        outputs[type] = union;
        unfinished.Enqueue(() => union.Members.AddRange(Concrete(type)));
        return union;
    }

    private List<ObjectDef> Concrete(Type type) =>
        [.. sources.Classes.Concat(sources.Extra).Select(c => c.Assembly).Append(type.Assembly).Distinct()
            .SelectMany(a => a.GetTypes())
            .Where(t => !t.IsAbstract && !t.IsGenericTypeDefinition && type.IsAssignableFrom(t) && t.GetCustomAttribute<GraphQLIgnoreAttribute>() is null)
            .OrderBy(t => t.FullName, StringComparer.Ordinal)
            .Select(Composite).OfType<ObjectDef>()];

    private NamedDef OutputNamed(Type type)
    {
        if (type.IsEnum)
            return Enum(type);
        return Leaves.Scalar(type) is { } scalar ? scalar : Composite(type);
    }

    private NamedDef InputNamed(Type type)
    {
        if (type.IsEnum)
            return Enum(type);
        if (Leaves.Scalar(type) is { } scalar)
            return scalar;
        if (inputs.TryGetValue(type, out var known))
            return known;
        if (type.IsInterface || type.IsAbstract || type.IsPrimitive)
            throw new SchemaException($"{type.Name} can be no input type; register its service, or take a record.");
        var input = Named(new InputDef(Naming.Input(type), type) { Description = docs.Of(type), IsOneOf = type.IsDefined(typeof(OneOfAttribute), false) });
        inputs[type] = input;
        foreach (var property in Members.Properties(type).Where(p => p.CanRead))
            input.Add(InputField(property, input.IsOneOf));
        return input;
    }

    private InputValueDef InputField(PropertyInfo property, bool oneOf)
    {
        var shape = Shape.Of(property);
        if (oneOf)
            shape = shape with { IsNullable = true };
        var id = property.GetCustomAttribute<IDAttribute>();
        var parameter = property.DeclaringType!.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault()?.GetParameters().FirstOrDefault(p => p.Name == property.Name);
        return new InputValueDef(Naming.Field(property), Input(shape, id))
        {
            Description = docs.Of(property),
            DeprecationReason = property.GetCustomAttribute<GraphQLDeprecatedAttribute>()?.Reason,
            Default = Defaults.Of(property) ?? (parameter is null ? null : Defaults.Of(parameter)),
            Bind = Bind(shape, id),
        };
    }

    private EnumDef Enum(Type type)
    {
        var name = NameOf(type);
        if (byName.TryGetValue(name, out var known) && known is EnumDef e && e.ClrType == type)
            return e;
        var definition = Named(new EnumDef(name, type) { Description = docs.Of(type) });
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

    private ScalarDef Leaf(ScalarDef scalar)
    {
        Leaves.Use(scalar);
        return scalar;
    }
}

/// <summary>Members of CLR types in a stable order.</summary>
internal static class Members
{
    public static IEnumerable<PropertyInfo> Properties(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.GetIndexParameters().Length == 0 && !p.IsDefined(typeof(GraphQLIgnoreAttribute)))
        .GroupBy(p => p.Name).Select(g => g.OrderByDescending(p => Depth(p.DeclaringType!)).First())
        .OrderBy(p => Depth(p.DeclaringType!)).ThenBy(p => p.MetadataToken);

    public static IEnumerable<MethodInfo> Methods(Type type) => type
        .GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(m => !m.IsSpecialName && !m.IsGenericMethod && !m.IsDefined(typeof(GraphQLIgnoreAttribute)) && !m.Name.Contains('<', StringComparison.Ordinal))
        .OrderBy(m => m.MetadataToken);

    private static int Depth(Type type) => type.BaseType is { } parent ? Depth(parent) + 1 : 0;
}

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
            double or float or decimal => new FloatValue(0, ((IFormattable)value).ToString(null, System.Globalization.CultureInfo.InvariantCulture)),
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
