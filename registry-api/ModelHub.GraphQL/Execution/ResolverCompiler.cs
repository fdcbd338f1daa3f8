using System.Linq.Expressions;
using System.Reflection;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ModelHub.GraphQL.Data;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Execution;

/// <summary>Compiles calls of resolver methods, with everything they ask for.</summary>
internal sealed class ResolverCompiler(SchemaSources sources, IServiceProviderIsService known)
{
    private static readonly ParameterExpression Call = Expression.Parameter(typeof(FieldCall), "call");
    private static readonly ParameterExpression Source = Expression.Parameter(typeof(object), "source");
    private static readonly ParameterExpression Args = Expression.Parameter(typeof(object?[]), "args");

    /// <summary>The parameters that clients fill.</summary>
    public IEnumerable<ParameterInfo> Arguments(MethodInfo method) => method.GetParameters().Where(IsArgument);

    /// <summary>The context type of the method, when it has its own.</summary>
    public Type? Database(MethodInfo method) => method.GetParameters().Select(p => p.ParameterType).FirstOrDefault(HasFactory);

    /// <summary>The method can run while the answer is written.</summary>
    public bool IsPure(MethodInfo method) =>
        !Shape.Of(method.ReturnParameter).IsAsync && Database(method) is null
        && !method.GetParameters().Any(p => typeof(DataLoader).IsAssignableFrom(p.ParameterType));

    /// <summary>Only loaders stand between the method and the store.</summary>
    public bool IsBatched(MethodInfo method) => Database(method) is null && method.GetParameters().Any(p => typeof(DataLoader).IsAssignableFrom(p.ParameterType));

    public bool NeedsCall(MethodInfo method) => method.GetParameters().Any(p => !IsArgument(p) && !p.IsDefined(typeof(ParentAttribute)) && !p.IsDefined(typeof(EventMessageAttribute)));

    public PureResolver Pure(MethodInfo method, Func<ParameterInfo, int> index) =>
        Expression.Lambda<PureResolver>(Expression.Convert(Invoke(method, index), typeof(object)), Call, Source, Args).Compile();

    /// <summary>Reads a property of the source, or of what the source wraps.</summary>
    public static PureResolver Pure(PropertyInfo property, Func<object, object>? unwrap)
    {
        Expression owner = unwrap is null ? Source : Expression.Invoke(Expression.Constant(unwrap), Source);
        var value = Expression.Property(Expression.Convert(owner, property.DeclaringType!), property);
        return Expression.Lambda<PureResolver>(Expression.Convert(value, typeof(object)), Call, Source, Args).Compile();
    }

    private AsyncResolver Bare(MethodInfo method, Func<ParameterInfo, int> index)
    {
        var invoke = Invoke(method, index);
        var open = method.ReturnType.IsGenericType ? method.ReturnType.GetGenericTypeDefinition() : null;
        Expression body = open == typeof(Task<>) || open == typeof(ValueTask<>)
            ? Expression.Call(typeof(Awaited), open == typeof(Task<>) ? nameof(Awaited.Task) : nameof(Awaited.ValueTask), [method.ReturnType.GetGenericArguments()[0]], invoke)
            : Expression.New(typeof(ValueTask<object?>).GetConstructor([typeof(object)])!, Expression.Convert(invoke, typeof(object)));
        return Expression.Lambda<AsyncResolver>(body, Call, Source, Args).Compile();
    }

    /// <summary>A method that returns a query: filtered, ordered, paged and read while its context lives.</summary>
    public AsyncResolver Query(MethodInfo method, Func<ParameterInfo, int> index, Type row)
    {
        var inner = Bare(method, index);
        var read = typeof(QueryShape).GetMethod(nameof(QueryShape.ReadAsync))!.MakeGenericMethod(row).CreateDelegate<Func<FieldCall, object?[], object?, ValueTask<object?>>>();
        return Scoped(method, async (call, source, args) => await read(call, args, await inner(call, source, args)));
    }

    public AsyncResolver Async(MethodInfo method, Func<ParameterInfo, int> index) => Scoped(method, Bare(method, index));

    private AsyncResolver Scoped(MethodInfo method, AsyncResolver resolver) =>
        Database(method) is { } context ? DatabaseScope.Around(context, resolver) : resolver;

    /// <summary>The events of a method that returns <c>IAsyncEnumerable</c>, at once or after a wait.</summary>
    public StreamResolver Stream(MethodInfo method, Func<ParameterInfo, int> index)
    {
        var type = method.ReturnType;
        var waits = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>);
        var item = Shape.Closed(waits ? type.GetGenericArguments()[0] : type, typeof(IAsyncEnumerable<>))?.GetGenericArguments()[0]
            ?? throw new SchemaException($"{method.DeclaringType!.Name}.{method.Name} must return IAsyncEnumerable<T>.");
        var call = Expression.Call(typeof(Awaited), waits ? nameof(Awaited.LaterStream) : nameof(Awaited.Stream), [item], Invoke(method, index), Expression.Property(Call, nameof(FieldCall.RequestAborted)));
        var compiled = Expression.Lambda<Func<FieldCall, object?, object?[], IAsyncEnumerable<object?>>>(call, Call, Source, Args).Compile();
        return (c, args) => compiled(c, null, args);
    }

    private MethodCallExpression Invoke(MethodInfo method, Func<ParameterInfo, int> index)
    {
        if (!method.IsStatic)
            throw new SchemaException($"{method.DeclaringType!.Name}.{method.Name} must be static.");
        return Expression.Call(method, method.GetParameters().Select(p => IsArgument(p) ? Types.Binder.Unbox(Expression.ArrayIndex(Args, Expression.Constant(index(p))), p.ParameterType) : Injected(p, index)));
    }

    private bool IsArgument(ParameterInfo p)
    {
        var type = p.ParameterType;
        if (p.IsDefined(typeof(ParentAttribute)) || p.IsDefined(typeof(EventMessageAttribute)) || p.IsDefined(typeof(ServiceAttribute)) || sources.Parameters.ContainsKey(type))
            return false;
        return !IsContextual(type) && !IsService(type);
    }

    private static bool IsContextual(Type type) =>
        type == typeof(CancellationToken) || type == typeof(ClaimsPrincipal) || type == typeof(ResolverContext) || type == typeof(HttpContext)
        || type == typeof(IServiceProvider) || type == typeof(PagingArguments) || IsQueryContext(type) || typeof(DataLoader).IsAssignableFrom(type) || typeof(DbContext).IsAssignableFrom(type);

    private static bool IsQueryContext(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(QueryContext<>);

    // Collections always count as services; no host registers one as such.
    private bool IsService(Type type) => Shape.Of(type).Item is null && !type.IsValueType && type != typeof(string) && known.IsService(type);

    private bool HasFactory(Type type) => typeof(DbContext).IsAssignableFrom(type) && known.IsService(typeof(IDbContextFactory<>).MakeGenericType(type));

    private Expression Injected(ParameterInfo p, Func<ParameterInfo, int> index)
    {
        var type = p.ParameterType;
        if (p.IsDefined(typeof(ParentAttribute)) || p.IsDefined(typeof(EventMessageAttribute)))
            return Expression.Convert(Source, type);
        if (sources.Parameters.TryGetValue(type, out var factory))
            return Expression.Convert(Expression.Invoke(Expression.Constant(factory), Call), type);
        if (type == typeof(CancellationToken))
            return Expression.Property(Call, nameof(FieldCall.RequestAborted));
        if (type == typeof(ClaimsPrincipal))
            return Expression.Property(Call, nameof(FieldCall.User));
        if (type == typeof(ResolverContext))
            return Call;
        if (type == typeof(IServiceProvider))
            return Expression.Property(Call, nameof(FieldCall.Services));
        if (type == typeof(HttpContext))
            return Expression.Call(typeof(ResolverCompiler), nameof(Http), null, Call);
        if (type == typeof(PagingArguments))
            return Expression.Call(typeof(Paging), nameof(Paging.Arguments), null, Call, Args);
        if (IsQueryContext(type))
            return Expression.Call(typeof(QueryShape), nameof(QueryShape.Context), type.GetGenericArguments(), Call, Args);
        if (typeof(DataLoader).IsAssignableFrom(type))
            return Expression.Call(Call, nameof(FieldCall.Loader), [type]);
        if (HasFactory(type))
            return Expression.Convert(Expression.Property(Call, nameof(FieldCall.Database)), type);
        return Expression.Call(typeof(ServiceProviderServiceExtensions), nameof(ServiceProviderServiceExtensions.GetRequiredService), [type], Expression.Property(Call, nameof(FieldCall.Services)));
    }

    private static HttpContext Http(FieldCall call) =>
        call.Run.Http ?? throw new InvalidOperationException("The operation does not run in an HTTP request.");
}
