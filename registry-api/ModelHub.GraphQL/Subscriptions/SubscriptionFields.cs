using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Subscriptions;

/// <summary>Subscription methods as fields: where the events come from, and what each becomes.</summary>
internal sealed partial class SubscriptionFields(FieldBuilder fields)
{
    public FieldDef Build(MethodInfo method)
    {
        var with = With(method);
        var parameters = fields.Compiler.Arguments(method).ToList();
        foreach (var parameter in with is null ? [] : fields.Compiler.Arguments(with).Where(p => parameters.TrueForAll(q => q.Name != p.Name)))
            parameters.Add(parameter);
        int Index(ParameterInfo p) => parameters.FindIndex(q => q.Name == p.Name);

        var isStream = Shape.Closed(Unwrapped(method.ReturnType), typeof(IAsyncEnumerable<>)) is not null;
        var shape = isStream ? ItemShape(method) : Shape.Of(method.ReturnParameter);
        var pure = isStream || fields.Compiler.IsPure(method);
        var field = new FieldDef(Naming.Field(method), fields.Types.Output(shape))
        {
            Description = fields.Docs.Of(method),
            DeprecationReason = method.GetCustomAttribute<GraphQLDeprecatedAttribute>()?.Reason,
            Pure = !pure ? null : isStream ? (_, source, _) => source : fields.Compiler.Pure(method, Index),
            Async = pure ? null : fields.Compiler.Async(method, Index),
            NeedsCall = !isStream && fields.Compiler.NeedsCall(method),
            Stream = isStream ? fields.Compiler.Stream(method, Index) : with is not null ? fields.Compiler.Stream(with, Index) : Topic(method, parameters),
            Write = fields.Types.Writer(shape, null),
            Rules = FieldBuilder.Rules(method),
            IsPublic = FieldBuilder.IsPublic(method),
            Weight = method.GetCustomAttribute<CostAttribute>()?.Weight,
        };
        field.Args.AddRange(parameters.Select(fields.Argument));
        return field;
    }

    /// <summary>Methods that only feed another one are no fields.</summary>
    public static IEnumerable<MethodInfo> Of(Type type) => Members.Methods(type).Where(m => m.IsDefined(typeof(SubscribeAttribute)));

    private static Type Unwrapped(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>) ? type.GetGenericArguments()[0] : type;

    private static Shape ItemShape(MethodInfo method)
    {
        var whole = Shape.Of(method.ReturnParameter);
        var item = Shape.Closed(whole.Type, typeof(IAsyncEnumerable<>))!.GetGenericArguments()[0];
        return Shape.Of(item);
    }

    private static MethodInfo? With(MethodInfo method)
    {
        if (method.GetCustomAttribute<SubscribeAttribute>()?.With is not { } name)
            return null;
        return method.DeclaringType!.GetMethod(name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
            ?? throw new SchemaException($"{method.DeclaringType.Name} has no method {name} that {method.Name} could subscribe with.");
    }

    private StreamResolver Topic(MethodInfo method, List<ParameterInfo> parameters)
    {
        var template = method.GetCustomAttribute<TopicAttribute>()?.Topic ?? Naming.Field(method);
        var message = method.GetParameters().FirstOrDefault(p => p.IsDefined(typeof(EventMessageAttribute)))?.ParameterType
            ?? throw new SchemaException($"{method.DeclaringType!.Name}.{method.Name} needs an [EventMessage] parameter.");
        var open = typeof(SubscriptionFields).GetMethod(nameof(Listen), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(message).CreateDelegate<Func<FieldCall, string, IAsyncEnumerable<object?>>>();
        return (call, args) => open(call, Placeholder().Replace(template, hole => fields.Types.Leaves.IdText(args[parameters.FindIndex(p => p.Name == hole.Groups[1].Value)] ?? "")));
    }

    private static IAsyncEnumerable<object?> Listen<T>(FieldCall call, string topic) =>
        Awaited.Stream(call.Services.GetRequiredService<ITopicEventReceiver>().SubscribeAsync<T>(topic, call.RequestAborted), call.RequestAborted);

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();
}
