using System.Reflection;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Conventions;

/// <summary>A mutation method as a field: one input, one payload with the result and the declared refusals.</summary>
internal sealed class MutationFields(FieldBuilder fields, SchemaSources sources, RefusalTypes refusals)
{
    private TypeRegistry Types => fields.Types;

    public FieldDef Build(MethodInfo method)
    {
        var name = Naming.Field(method);
        var parameters = fields.Compiler.Arguments(method).ToList();
        var input = Input(Naming.Pascal(name), parameters);
        var result = Result(method);
        var errors = Errors(method);
        var payload = Payload(method, Naming.Pascal(name), result, errors);
        // By position: two schemas being built at once may see two objects for one parameter.
        var indices = parameters.Select((p, i) => (p, i)).ToDictionary(p => p.p.Position, p => p.i);
        var resolve = fields.Compiler.Async(method, p => indices[p.Position]);
        var unpack = Unpack(input, parameters);
        var field = new FieldDef(name, new NonNullDef(payload))
        {
            Description = fields.Docs.Of(method),
            DeprecationReason = method.GetCustomAttribute<GraphQLDeprecatedAttribute>()?.Reason,
            Async = async (call, source, args) =>
            {
                try
                {
                    return Answer(result.Open(await resolve(call, source, unpack(args))), errors);
                }
                catch (Exception e) when (errors.Find(d => d.Clr.IsInstanceOfType(e)) is { } declared)
                {
                    // A declared exception is an expected refusal; all others fail the field.
                    return new PayloadValue(null, [new ErrorValue(declared.Type, e)]);
                }
            },
            Rules = FieldBuilder.Rules(method),
            IsPublic = FieldBuilder.IsPublic(method),
            Weight = method.GetCustomAttribute<CostAttribute>()?.Weight,
        };
        if (input is not null)
            field.Args.Add(input);
        return field;
    }

    private static PayloadValue Answer((object? Value, object? Refusal) outcome, List<DeclaredError> errors)
    {
        if (outcome.Refusal is not { } refusal)
            return new PayloadValue(outcome.Value, null);
        if (refusal is not string and System.Collections.IEnumerable several)
            return new PayloadValue(null, [.. several.Cast<object>().Select(r => Declared(r, errors))]);
        return new PayloadValue(null, [Declared(refusal, errors)]);
    }

    private static ErrorValue Declared(object refusal, List<DeclaredError> errors) =>
        errors.Find(e => e.Clr.IsInstanceOfType(refusal)) is { } declared
            ? new ErrorValue(declared.Type, refusal)
            : throw new GraphQLException(RefusalTypes.Message(refusal), RefusalTypes.Code(refusal));

    private InputValueDef? Input(string name, List<ParameterInfo> parameters)
    {
        if (parameters.Count == 0)
            return null;
        if (parameters is [{ Name: "input" } only] && Types.Input(Shape.Of(only)).Named is InputDef)
            return fields.Argument(only);
        var input = Types.Named(new InputDef($"{name}Input", null) { Description = $"What {Naming.Camel(name)} takes." });
        foreach (var parameter in parameters)
            input.Add(fields.Argument(parameter));
        return new InputValueDef("input", new NonNullDef(input));
    }

    private static Func<object?[], object?[]> Unpack(InputValueDef? input, List<ParameterInfo> parameters)
    {
        if (input is null || input.Type.Named is not InputDef { ClrType: null } packed || parameters.Count != packed.Fields.Count)
            return args => args;
        return args =>
        {
            var values = ((InputObject)args[0]!).Values;
            var bound = new object?[values.Length];
            for (var i = 0; i < bound.Length; i++)
                bound[i] = packed.Fields[i].Bound(values[i]);
            return bound;
        };
    }

    private List<DeclaredError> Errors(MethodInfo method) =>
        [.. method.GetCustomAttributes<ErrorAttribute>().Concat(method.DeclaringType!.GetCustomAttributes<ErrorAttribute>())
            .Select(a => a.Type).Distinct().Select(t => new DeclaredError(t, refusals.Of(t)))];

    private ObjectDef Payload(MethodInfo method, string name, ResultType result, List<DeclaredError> errors)
    {
        var payload = Types.Named(new ObjectDef($"{name}Payload", null) { Description = $"What {Naming.Camel(name)} answers." });
        if (result.Shape is { } shape)
            AddResult(payload, method, shape);
        if (errors.Count > 0)
        {
            var union = Types.Named(new UnionDef($"{name}Error", null) { Description = $"Why {Naming.Camel(name)} may refuse." });
            union.Members.AddRange(errors.Select(e => e.Type));
            payload.Add(new FieldDef("errors", new ListDef(new NonNullDef(union))) { Description = "Why it was refused; null when it was done.", Pure = (_, p, _) => ((PayloadValue)p!).Errors });
        }
        else if (result.Shape is null)
        {
            Types.Leaves.Use(Types.Leaves.Boolean);
            payload.Add(new FieldDef("done", new NonNullDef(Types.Leaves.Boolean)) { Description = "It was done.", Pure = (_, _, _) => true, Write = Types.Leaves.Boolean.Write });
        }

        return payload;
    }

    private void AddResult(ObjectDef payload, MethodInfo method, Shape shape)
    {
        if (shape.Item is null && shape.Type.Name.EndsWith("Payload", StringComparison.Ordinal))
        {
            foreach (var property in Members.Properties(shape.Type))
                payload.Add(Spread(property));
            return;
        }

        var id = method.GetCustomAttribute<IDAttribute>();
        var type = Types.Output(shape with { IsNullable = true }, id);
        var fieldName = method.GetCustomAttribute<PayloadFieldAttribute>()?.Name ?? Naming.Camel(type.Named.Name) + (shape.Item is null ? "" : "s");
        payload.Add(new FieldDef(fieldName, type) { Description = "The result; null when it was refused.", Pure = (_, p, _) => ((PayloadValue)p!).Result, Write = Types.Writer(shape, id) });
    }

    private FieldDef Spread(PropertyInfo property)
    {
        var inner = fields.Property(property);
        return new FieldDef(inner.Name, inner.Type.Nullable)
        {
            Description = inner.Description,
            Pure = (call, p, args) => ((PayloadValue)p!).Result is { } result ? inner.Pure!(call, result, args) : null,
            Write = inner.Write,
        };
    }

    /// <summary>What the method returns, and how value and refusal are told apart.</summary>
    private ResultType Result(MethodInfo method)
    {
        if (method.ReturnType == typeof(void) || method.ReturnType == typeof(Task) || method.ReturnType == typeof(ValueTask))
            throw new SchemaException($"{method.DeclaringType!.Name}.{method.Name} must return a value or a result type.");
        var shape = Shape.Of(method.ReturnParameter);
        if (typeof(IMutationResult).IsAssignableFrom(shape.Type))
            return new ResultType(Shape.Of(shape.Type.GetGenericArguments()[0]), value => value is IMutationResult r ? (r.Value, r.Refusal) : (null, null));
        if (sources.ResultTypes.Find(r => shape.Type.IsGenericType && shape.Type.GetGenericTypeDefinition() == r.OpenGeneric) is { } foreign)
        {
            var value = ResolverCompiler.Pure(shape.Type.GetProperty(foreign.Value)!, null);
            var refusal = ResolverCompiler.Pure(shape.Type.GetProperty(foreign.Refusal)!, null);
            return new ResultType(Shape.Of(shape.Type.GetGenericArguments()[0]), r => refusal(null!, r, []) is { } refused ? (null, refused) : (value(null!, r, []), null));
        }

        return new ResultType(shape, value => (value, null));
    }

    private sealed record ResultType(Shape? Shape, Func<object?, (object? Value, object? Refusal)> Open);
}

/// <summary>A refusal type of a mutation, with its type in the schema.</summary>
internal sealed record DeclaredError(Type Clr, ObjectDef Type);
