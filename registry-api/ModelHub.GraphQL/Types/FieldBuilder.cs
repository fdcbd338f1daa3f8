using System.Reflection;
using ModelHub.GraphQL.Data;
using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL.Types;

/// <summary>Makes fields from properties and resolver methods.</summary>
internal sealed class FieldBuilder(TypeRegistry types, XmlDocs docs, ResolverCompiler compiler, GraphQLOptions options)
{
    public TypeRegistry Types => types;

    public ResolverCompiler Compiler => compiler;

    public XmlDocs Docs => docs;

    /// <param name="property">The property.</param>
    /// <param name="unwrap">Takes the property's owner out of the source, when they differ.</param>
    public FieldDef Property(PropertyInfo property, Func<object, object>? unwrap = null)
    {
        var shape = Shape.Of(property);
        var id = property.GetCustomAttribute<IDAttribute>();
        var write = types.Writer(shape, id);
        var plain = unwrap is null && shape.Item is null && write is not null;
        return new FieldDef(Naming.Field(property), types.Output(shape, id))
        {
            Description = docs.Of(property),
            DeprecationReason = property.GetCustomAttribute<GraphQLDeprecatedAttribute>()?.Reason,
            Pure = ResolverCompiler.Pure(property, unwrap),
            Leaf = plain ? types.Getter(property, id, write!) : null,
            Write = write,
            Rules = Rules(property),
            Reads = [property.Name],
            IsPublic = property.IsDefined(typeof(AllowAnonymousAttribute)),
            Weight = property.GetCustomAttribute<CostAttribute>()?.Weight,
            AssumedSize = property.GetCustomAttribute<ListSizeAttribute>()?.AssumedSize,
        };
    }

    /// <summary>A field of a query root, an object type or an interface.</summary>
    public FieldDef Method(MethodInfo method)
    {
        var shape = Shape.Of(method.ReturnParameter);
        var id = method.GetCustomAttribute<IDAttribute>();
        var page = Shape.Closed(shape.Type, typeof(Page<>));
        var query = Shape.Closed(shape.Type, typeof(IQueryable<>));
        var paged = page is not null || method.IsDefined(typeof(UsePagingAttribute));
        if (paged && page is null && query is null)
            throw new SchemaException($"{method.DeclaringType!.Name}.{method.Name} is paged and must return IQueryable<T> or Page<T>.");
        var own = compiler.Arguments(method).Select(Argument).ToList();
        var indices = compiler.Arguments(method).Select((p, i) => (p, i)).ToDictionary(p => p.p, p => p.i);
        var row = RowType(method, shape);
        var (filter, sort) = (Filter(method, row), Sort(method, row));
        if (filter is not null)
            own.Add(new InputValueDef("where", filter.Input) { Description = "Only those that are so." });
        if (sort is not null)
            own.Add(new InputValueDef("order", new ListDef(new NonNullDef(sort.Input))) { Description = "By what they are ordered; later keys decide where earlier ones are the same." });
        var paging = method.GetCustomAttribute<UsePagingAttribute>() ?? new UsePagingAttribute();
        if (paged)
            own.AddRange(PagingArguments(paging));
        var connection = paged ? Connections.Of(types, page?.GetGenericArguments()[0] ?? query!.GetGenericArguments()[0]) : null;
        var (pure, async) = Resolvers(method, p => indices[p], query?.GetGenericArguments()[0]);
        var field = new FieldDef(Naming.Field(method), connection is null ? types.Output(shape, id) : new NonNullDef(connection))
        {
            Description = docs.Of(method),
            DeprecationReason = method.GetCustomAttribute<GraphQLDeprecatedAttribute>()?.Reason,
            Pure = pure,
            Async = async,
            NeedsCall = compiler.NeedsCall(method),
            IsBatched = compiler.IsBatched(method),
            Write = connection is null ? types.Writer(shape, id) : null,
            Rules = Rules(method),
            Reads = method.GetCustomAttribute<ReadsAttribute>()?.Properties ?? [],
            IsPublic = IsPublic(method),
            Weight = method.GetCustomAttribute<CostAttribute>()?.Weight,
            AssumedSize = method.GetCustomAttribute<ListSizeAttribute>() is { AssumedSize: > 0 } size ? size.AssumedSize : null,
            SlicingArguments = paged ? ["first", "last"] : method.GetCustomAttribute<ListSizeAttribute>()?.SlicingArguments ?? [],
            IsConnection = paged,
            DefaultSize = paged ? paging.DefaultPageSize : 10,
            MaxSize = paging.MaxPageSize > 0 ? paging.MaxPageSize : options.Limits.MaxPageSize,
            Filter = filter,
            Sort = sort,
        };
        field.Args.AddRange(own);
        return field;
    }

    public InputValueDef Argument(ParameterInfo parameter)
    {
        var shape = Shape.Of(parameter);
        var id = parameter.GetCustomAttribute<IDAttribute>();
        return new InputValueDef(Naming.Argument(parameter), types.Input(shape, id))
        {
            Description = docs.Of(parameter),
            DeprecationReason = parameter.GetCustomAttribute<GraphQLDeprecatedAttribute>()?.Reason,
            Default = Defaults.Of(parameter),
            Bind = types.Bind(shape, id),
        };
    }

    /// <summary>The rules of a member and, for a method, of its class.</summary>
    public static IReadOnlyList<AccessRule> Rules(MemberInfo member)
    {
        var own = member.GetCustomAttributes<AuthorizeAttribute>();
        if (member is MethodInfo && !member.IsDefined(typeof(AllowAnonymousAttribute)))
            own = own.Concat(member.DeclaringType!.GetCustomAttributes<AuthorizeAttribute>());
        return RulesOf(own);
    }

    /// <summary>The rules that hold for every field of a type: its own, and those of the class that declares its fields.</summary>
    public static IReadOnlyList<AccessRule> TypeRules(Type type, IEnumerable<(Type Class, TypeAttribute Attribute)> declared) =>
        RulesOf(declared.Where(d => !d.Attribute.IsExtension).Select(d => d.Class).Append(type).Distinct().SelectMany(c => c.GetCustomAttributes<AuthorizeAttribute>()));

    private static IReadOnlyList<AccessRule> RulesOf(IEnumerable<AuthorizeAttribute> attributes) =>
        [.. attributes.Select(a => new AccessRule(a.Policy, a.Roles is null ? null : string.Join(',', a.Roles), a.Apply == ApplyPolicy.AfterResolver)).Distinct()];

    public static bool IsPublic(MethodInfo method) =>
        method.IsDefined(typeof(AllowAnonymousAttribute)) || (method.DeclaringType!.IsDefined(typeof(AllowAnonymousAttribute), false) && !method.IsDefined(typeof(AuthorizeAttribute)));

    private (PureResolver? Pure, AsyncResolver? Async) Resolvers(MethodInfo method, Func<ParameterInfo, int> index, Type? row)
    {
        if (row is null && compiler.IsPure(method))
            return (compiler.Pure(method, index), null);
        if (row is null)
            return (null, compiler.Async(method, index));
        return (null, compiler.Query(method, index, row));
    }

    private static Type? RowType(MethodInfo method, Shape shape) =>
        Shape.Closed(shape.Type, typeof(IQueryable<>))?.GetGenericArguments()[0]
        ?? method.GetParameters().Select(p => p.ParameterType).FirstOrDefault(t => t.IsGenericType && t.GetGenericTypeDefinition() == typeof(QueryContext<>))?.GetGenericArguments()[0];

    private FilterDef? Filter(MethodInfo method, Type? row)
    {
        if (method.GetCustomAttribute<UseFilteringAttribute>() is not { } filtering)
            return null;
        row ??= Missing(method);
        return types.Rows.Filter(row, filtering.Name ?? $"{types.NameOf(row)}FilterInput", filtering.Properties);
    }

    private SortDef? Sort(MethodInfo method, Type? row)
    {
        if (method.GetCustomAttribute<UseSortingAttribute>() is not { } sorting)
            return null;
        row ??= Missing(method);
        return types.Rows.Sort(row, sorting.Name ?? $"{types.NameOf(row)}SortInput", sorting.Properties);
    }

    private static Type Missing(MethodInfo method) =>
        throw new SchemaException($"{method.DeclaringType!.Name}.{method.Name} must return IQueryable<T> or take a QueryContext<T> to be filtered or sorted.");

    private IEnumerable<InputValueDef> PagingArguments(UsePagingAttribute paging)
    {
        var (number, text) = (types.Leaves.Int, types.Leaves.String);
        types.Leaves.Use(number);
        types.Leaves.Use(text);
        var max = paging.MaxPageSize > 0 ? paging.MaxPageSize : options.Limits.MaxPageSize;
        yield return new InputValueDef("first", number) { Description = $"How many from the start: {paging.DefaultPageSize} when neither first nor last is given, at most {max}." };
        yield return new InputValueDef("after", text) { Description = "Only what comes after this cursor." };
        yield return new InputValueDef("last", number) { Description = $"How many from the end, at most {max}." };
        yield return new InputValueDef("before", text) { Description = "Only what comes before this cursor." };
    }
}
