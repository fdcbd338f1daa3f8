using System.Collections.Frozen;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using ModelHub.GraphQL.Conventions;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Subscriptions;

namespace ModelHub.GraphQL.Types;

/// <summary>Builds the schema from what was registered.</summary>
internal sealed class SchemaBuilder
{
    private readonly SchemaSources sources;
    private readonly GraphQLOptions options;
    private readonly XmlDocs docs;
    private readonly TypeRegistry types;
    private readonly FieldBuilder fields;
    private readonly NodeFields nodes;
    private readonly Dictionary<Type, List<(Type Class, TypeAttribute Attribute)>> extensions = [];

    private SchemaBuilder(SchemaSources sources, GraphQLOptions options, IServiceProviderIsService services)
    {
        this.sources = sources;
        this.options = options;
        docs = new XmlDocs(options.Words);
        types = new TypeRegistry(sources, docs) { Fill = Fill };
        fields = new FieldBuilder(types, docs, new ResolverCompiler(sources, services), options);
        nodes = new NodeFields(fields, options);
    }

    /// <exception cref="SchemaException">The sources make no valid schema.</exception>
    public static Schema Build(SchemaSources sources, GraphQLOptions options, IServiceProviderIsService services) =>
        new SchemaBuilder(sources, options, services).Build();

    private Schema Build()
    {
        Survey();
        var query = Root<QueryTypeAttribute>("Query", Members.Methods, fields.Method) ?? throw new SchemaException("There is no class with [QueryType].");
        var mutations = new MutationFields(fields, sources, new RefusalTypes(fields));
        var mutation = Root<MutationTypeAttribute>("Mutation", Members.Methods, mutations.Build);
        var subscription = Root<SubscriptionTypeAttribute>("Subscription", SubscriptionFields.Of, new SubscriptionFields(fields).Build);
        foreach (var extra in sources.Extra.Concat(extensions.Keys))
            types.Composite(extra);
        types.Complete();
        foreach (var field in nodes.RootFields())
            query.Add(Guarded(field));
        Implementations();
        types.Leaves.Use(types.Leaves.String);
        types.Leaves.Use(types.Leaves.Boolean);
        var introspection = new Introspection(types.Leaves);
        NamedDef[] all = [.. types.All.Distinct().OrderBy(t => t.Name, StringComparer.Ordinal), .. introspection.Types];
        var schema = new Schema
        {
            Query = query,
            Mutation = mutation,
            Subscription = subscription,
            Description = options.SchemaDescription,
            Types = all,
            ByName = all.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal),
            Directives = introspection.Directives,
            TypenameField = introspection.Typename,
            SchemaField = introspection.SchemaField,
            TypeField = introspection.TypeField,
        };
        SchemaCheck.Run(schema, options);
        return schema;
    }

    /// <summary>Which CLR types are interfaces and unions, and which classes extend which type.</summary>
    private void Survey()
    {
        foreach (var type in sources.Classes)
        {
            if (type.IsDefined(typeof(InterfaceTypeAttribute), false))
                types.InterfaceTypes.Add(type);
            if (type.IsDefined(typeof(UnionTypeAttribute), false))
                types.UnionTypes.Add(type);
            foreach (var attribute in type.GetCustomAttributes<TypeAttribute>())
            {
                if (attribute.Name is { } name)
                    types.Rename(attribute.Target, name);
                var kind = attribute.GetType().GetGenericTypeDefinition();
                if (kind == typeof(InterfaceTypeAttribute<>))
                    types.InterfaceTypes.Add(attribute.Target);
                if (kind == typeof(UnionTypeAttribute<>))
                    types.UnionTypes.Add(attribute.Target);
                if (!extensions.TryGetValue(attribute.Target, out var list))
                    extensions[attribute.Target] = list = [];
                list.Add((type, attribute));
            }
        }
    }

    private ObjectDef? Root<TAttribute>(string name, Func<Type, IEnumerable<MethodInfo>> methods, Func<MethodInfo, FieldDef> build)
        where TAttribute : Attribute
    {
        var classes = sources.Classes.Where(c => c.IsDefined(typeof(TAttribute), false)).Distinct().ToList();
        if (classes.Count == 0)
            return null;
        var root = types.Named(new ObjectDef(name, null) { Description = docs.Word(name) });
        foreach (var method in classes.SelectMany(methods))
        {
            var field = build(method);
            if (root.Field(field.Name) is not null)
                throw new SchemaException($"{name} has two fields named {field.Name}.");
            root.Add(Guarded(field));
        }

        return root;
    }

    private FieldDef Guarded(FieldDef field)
    {
        if (field.Rules.Count == 0 && !field.IsPublic && options.DefaultPolicy is { } policy)
            field.Rules = [new AccessRule(policy, null, false)];
        return field;
    }

    private void Fill(FieldsDef definition, Type type)
    {
        var own = extensions.GetValueOrDefault(type) ?? [];
        var ignored = own.SelectMany(e => e.Attribute.Ignore).ToHashSet();
        var only = own.Select(e => e.Attribute.Only).FirstOrDefault(o => o is not null);
        foreach (var property in Members.Properties(type).Where(p => p.CanRead && !ignored.Contains(p.Name) && only?.Contains(p.Name) != false))
            definition.Add(fields.Property(property));
        foreach (var face in types.InterfaceTypes.Where(i => i != type && i.IsAssignableFrom(type)))
            AddMethods(definition, extensions.GetValueOrDefault(face) ?? []);
        AddMethods(definition, own);
        if (definition is ObjectDef o)
            o.Wide = Wide(o, own.SelectMany(e => e.Attribute.Wide));
        var rules = FieldBuilder.TypeRules(type, own);
        foreach (var field in definition.Fields.Where(f => !f.IsPublic))
        {
            field.Rules = [.. field.Rules.Union(rules)];
            Guarded(field);
        }
    }

    private static List<string> Wide(ObjectDef type, IEnumerable<string> declared)
    {
        var wide = declared.Order(StringComparer.Ordinal).ToList();
        if (wide.Find(name => !type.Fields.Exists(f => f.Reads.Contains(name))) is { } unread)
            throw new SchemaException($"{type.Name}.{unread} is wide, but no field reads it: a resolver that does needs [Reads].");
        return wide;
    }

    private void AddMethods(FieldsDef definition, List<(Type Class, TypeAttribute Attribute)> classes)
    {
        foreach (var method in classes.SelectMany(c => Members.Methods(c.Class)))
        {
            if (!method.IsDefined(typeof(NodeResolverAttribute)))
                definition.Add(fields.Method(method));
            else if (definition is ObjectDef type)
                nodes.Add(type, method);
        }
    }

    /// <summary>Objects and interfaces implement the interfaces their CLR types have.</summary>
    private void Implementations()
    {
        foreach (var face in types.All.OfType<InterfaceDef>().Where(i => i.ClrType is not null).OrderBy(i => i.Name, StringComparer.Ordinal))
        {
            foreach (var type in types.All.OfType<FieldsDef>().Where(t => t != face && face.ClrType!.IsAssignableFrom((t as ObjectDef)?.ClrType ?? (t as InterfaceDef)?.ClrType)))
            {
                type.Interfaces.Add(face);
                if (type is ObjectDef o && !face.Implementations.Contains(o))
                    face.Implementations.Add(o);
            }
        }
    }
}
