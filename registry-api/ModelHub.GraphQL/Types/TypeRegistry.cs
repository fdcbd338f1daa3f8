using System.Reflection;
using ModelHub.GraphQL.Conventions;
using ModelHub.GraphQL.Data;
using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL.Types;

/// <summary>Which definition each CLR type has; makes them when they are first met.</summary>
internal sealed class TypeRegistry(SchemaSources sources, XmlDocs docs)
{
    private readonly Dictionary<string, NamedDef> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, CompositeDef> outputs = [];
    private readonly Dictionary<Type, string> names = [];
    private readonly Queue<Action> unfinished = new();

    public XmlDocs Docs => docs;

    public Leaves Leaves { get; } = new(sources);

    public LeafGetters Getters => field ??= new LeafGetters(Leaves);

    public Binder Binder => field ??= new Binder(Leaves);

    private InputTypes Inputs => field ??= new InputTypes(this, docs);

    /// <summary>The filter and sort inputs.</summary>
    public RowInputs Rows => field ??= new RowInputs(this);

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

    /// <summary>Reads and writes a leaf property in one step.</summary>
    public LeafGetter Getter(PropertyInfo property, IDAttribute? id, LeafWriter boxed) => id?.Target is { } target
        ? Getters.Global(property, NameOf(target))
        : Getters.Of(property, id is not null ? Leaves.Id : OutputNamed(Shape.Of(property).Core), boxed);

    public GraphType Input(Shape shape, IDAttribute? id = null)
    {
        GraphType type = shape.Item is { } item ? new ListDef(Input(item, id)) : id is not null ? Leaf(Leaves.Id) : Inputs.Of(shape.Type);
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
            return Inputs.Enum(type);
        return Leaves.Scalar(type) is { } scalar ? scalar : Composite(type);
    }

    private ScalarDef Leaf(ScalarDef scalar)
    {
        Leaves.Use(scalar);
        return scalar;
    }
}
