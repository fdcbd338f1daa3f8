using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Types;

/// <summary>The types, fields and directives that every schema has.</summary>
internal sealed class Introspection
{
    private readonly Leaves leaves;
    private readonly ObjectDef schema = new("__Schema", null) { Description = "The schema: all types and directives, and the roots of operations." };
    private readonly ObjectDef type = new("__Type", null) { Description = "A type; its kind says which fields apply." };
    private readonly ObjectDef fieldType = new("__Field", null) { Description = "A field of an object type or interface." };
    private readonly ObjectDef input = new("__InputValue", null) { Description = "An argument or an input field." };
    private readonly ObjectDef value = new("__EnumValue", null) { Description = "A value of an enum." };
    private readonly ObjectDef directive = new("__Directive", null) { Description = "A directive and where it may stand." };
    private readonly EnumDef kind;
    private readonly EnumDef location;

    public Introspection(Leaves leaves)
    {
        this.leaves = leaves;
        kind = Enum("__TypeKind", "The kinds of types.", "SCALAR", "OBJECT", "INTERFACE", "UNION", "ENUM", "INPUT_OBJECT", "LIST", "NON_NULL");
        location = Enum(
            "__DirectiveLocation", "Where directives may stand.", "QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD", "INLINE_FRAGMENT", "VARIABLE_DEFINITION",
            "SCHEMA", "SCALAR", "OBJECT", "FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INTERFACE", "UNION", "ENUM", "ENUM_VALUE", "INPUT_OBJECT", "INPUT_FIELD_DEFINITION");
        FillSchema();
        FillType();
        FillMembers();
        FillDirective();
        Directives = StandardDirectives.Of(leaves);
        Typename = new FieldDef("__typename", NonNull(leaves.String)) { Description = "The name of the object's type.", Parent = schema };
        SchemaField = new FieldDef("__schema", NonNull(schema)) { Description = "The schema.", Pure = (call, _, _) => call.Run.Schema, NeedsCall = true, Parent = schema };
        TypeField = new FieldDef("__type", type)
        {
            Description = "A type by name.",
            NeedsCall = true,
            Parent = schema,
            Pure = (call, _, args) => call.Run.Schema.ByName.GetValueOrDefault((string)args[0]!),
        };
        TypeField.Args.Add(new InputValueDef("name", NonNull(leaves.String)));
    }

    public NamedDef[] Types => [schema, type, kind, fieldType, input, value, directive, location];

    public DirectiveDef[] Directives { get; }

    public FieldDef Typename { get; }

    public FieldDef SchemaField { get; }

    public FieldDef TypeField { get; }

    private void FillSchema()
    {
        Text<Schema>(schema, "description", s => s.Description);
        List<Schema>(schema, "types", NonNull(type), s => s.Types, nullable: false);
        Add<Schema>(schema, "queryType", NonNull(type), s => s.Query);
        Add<Schema>(schema, "mutationType", type, s => s.Mutation);
        Add<Schema>(schema, "subscriptionType", type, s => s.Subscription);
        // Directives cannot be deprecated in this edition, but tools of the next one ask for those that are.
        Deprecable<Schema>(schema, "directives", NonNull(directive), false, (s, _) => s.Directives);
    }

    private void FillType()
    {
        Add<GraphType>(type, "kind", NonNull(kind), KindOf);
        Text<GraphType>(type, "name", t => (t as NamedDef)?.Name);
        Text<GraphType>(type, "description", t => (t as NamedDef)?.Description);
        Text<GraphType>(type, "specifiedByURL", t => (t as ScalarDef)?.SpecifiedBy?.OriginalString);
        Deprecable<GraphType>(type, "fields", NonNull(fieldType), true, (t, all) => (t as FieldsDef)?.Fields.Where(f => all || f.DeprecationReason is null));
        List<GraphType>(type, "interfaces", NonNull(type), t => (t as FieldsDef)?.Interfaces);
        List<GraphType>(type, "possibleTypes", NonNull(type), t => t is InterfaceDef or UnionDef ? ((CompositeDef)t).PossibleTypes : null);
        Deprecable<GraphType>(type, "enumValues", NonNull(value), true, (t, all) => (t as EnumDef)?.Values.Where(v => all || v.DeprecationReason is null));
        Deprecable<GraphType>(type, "inputFields", NonNull(input), true, (t, all) => (t as InputDef)?.Fields.Where(f => all || f.DeprecationReason is null));
        Add<GraphType>(type, "ofType", type, t => t switch { ListDef l => l.Of, NonNullDef n => n.Of, _ => null });
        Add<GraphType>(type, "isOneOf", leaves.Boolean, t => t is InputDef i ? i.IsOneOf : null);
    }

    private void FillMembers()
    {
        Required<FieldDef>(fieldType, "name", f => f.Name);
        Text<FieldDef>(fieldType, "description", f => f.Description);
        Deprecable<FieldDef>(fieldType, "args", NonNull(input), false, (f, all) => f.Args.Where(a => all || a.DeprecationReason is null));
        Add<FieldDef>(fieldType, "type", NonNull(type), f => f.Type);
        Deprecation<FieldDef>(fieldType, f => f.DeprecationReason);

        Required<InputValueDef>(input, "name", i => i.Name);
        Text<InputValueDef>(input, "description", i => i.Description);
        Add<InputValueDef>(input, "type", NonNull(type), i => i.Type);
        Text<InputValueDef>(input, "defaultValue", i => i.Default is null ? null : ValuePrinter.Print(i.Default));
        Deprecation<InputValueDef>(input, i => i.DeprecationReason);

        Required<EnumValueDef>(value, "name", v => v.Name);
        Text<EnumValueDef>(value, "description", v => v.Description);
        Deprecation<EnumValueDef>(value, v => v.DeprecationReason);
    }

    private void FillDirective()
    {
        Required<DirectiveDef>(directive, "name", d => d.Name);
        Text<DirectiveDef>(directive, "description", d => d.Description);
        Add<DirectiveDef>(directive, "isRepeatable", NonNull(leaves.Boolean), d => d.IsRepeatable);
        List<DirectiveDef>(directive, "locations", NonNull(location), d => d.Locations, nullable: false);
        Deprecable<DirectiveDef>(directive, "args", NonNull(input), false, (d, all) => d.Args.Where(a => all || a.DeprecationReason is null));
    }

    private static string KindOf(GraphType type) => type switch
    {
        ScalarDef => "SCALAR",
        ObjectDef => "OBJECT",
        InterfaceDef => "INTERFACE",
        UnionDef => "UNION",
        EnumDef => "ENUM",
        InputDef => "INPUT_OBJECT",
        ListDef => "LIST",
        _ => "NON_NULL",
    };

    private static NonNullDef NonNull(GraphType of) => new(of);

    private static EnumDef Enum(string name, string description, params string[] values)
    {
        var definition = new EnumDef(name, null) { Description = description };
        definition.Values.AddRange(values.Select(v => new EnumValueDef(v, v)));
        return definition;
    }

    private void Text<T>(ObjectDef on, string name, Func<T, string?> get) => Add(on, name, leaves.String, get);

    private void Required<T>(ObjectDef on, string name, Func<T, string?> get) => Add(on, name, NonNull(leaves.String), get);

    private void Deprecation<T>(ObjectDef on, Func<T, string?> reason)
    {
        Add<T>(on, "isDeprecated", NonNull(leaves.Boolean), x => reason(x) is not null);
        Text(on, "deprecationReason", reason);
    }

    private static void List<T>(ObjectDef on, string name, GraphType item, Func<T, object?> get, bool nullable = true) =>
        Add(on, name, nullable ? new ListDef(item) : NonNull(new ListDef(item)), get);

    private void Deprecable<T>(ObjectDef on, string name, GraphType item, bool nullable, Func<T, bool, IEnumerable<object>?> get)
    {
        var list = new ListDef(item);
        var definition = new FieldDef(name, nullable ? list : NonNull(list)) { Pure = (_, source, args) => get((T)source!, args[0] is true)?.ToList() };
        definition.Args.Add(new InputValueDef("includeDeprecated", NonNull(leaves.Boolean)) { Default = new BooleanValue(0, false) });
        on.Add(definition);
    }

    private static void Add<T>(ObjectDef on, string name, GraphType of, Func<T, object?> get) => on.Add(new FieldDef(name, of)
    {
        Pure = (_, source, _) => get((T)source!),
        Write = of.Named switch
        {
            ScalarDef scalar => scalar.Write,
            EnumDef => (w, v) => w.String((string)v),
            _ => null,
        },
    });
}
