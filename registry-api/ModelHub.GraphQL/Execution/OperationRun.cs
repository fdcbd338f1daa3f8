using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelHub.GraphQL.Planning;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Execution;

/// <summary>One run of a plan: who asks, with which variables, and what went wrong.</summary>
internal sealed class OperationRun
{
    private static readonly ConcurrentDictionary<Type, ObjectFactory> Makers = new();

    private readonly Lock gate = new();
    private readonly object?[]?[] arguments;
    private Dictionary<Type, DataLoader>? loaders;
    private Dictionary<PlanField, object>? shared;
    private List<GraphQLError>? errors;
    private HashSet<AccessRule>? denied;
    private SemaphoreSlim? databaseGate;

    public OperationRun(GraphQLEngine engine, Plan plan, VariableValues variables, RunContext context, CancellationToken token)
    {
        Engine = engine;
        Plan = plan;
        Variables = variables;
        Context = context;
        Token = token;
        arguments = plan.ArgumentSlots == 0 ? [] : new object?[]?[plan.ArgumentSlots];
    }

    public GraphQLEngine Engine { get; }

    public Plan Plan { get; }

    public VariableValues Variables { get; }

    public RunContext Context { get; }

    // Its turns are apart from the gate of resolvers: one of those may hold its place while it waits for a loader.
    public Scheduler Scheduler => field ??= new Scheduler(new SemaphoreSlim(Options.Limits.MaxDatabaseResolvers), Token);

    public CancellationToken Token { get; }

    public Schema Schema => Engine.Schema;

    public GraphQLOptions Options => Engine.Options;

    public IServiceProvider Services => Context.Services;

    public ClaimsPrincipal User => Context.User;

    public HttpContext? Http => Context.Http;

    public SemaphoreSlim DatabaseGate => LazyInitializer.EnsureInitialized(ref databaseGate, () => new SemaphoreSlim(Options.Limits.MaxDatabaseResolvers));

    public IReadOnlyList<GraphQLError> Errors => errors ?? [];

    /// <summary>No more errors are kept.</summary>
    public bool HasAllErrors => Errors.Count >= Options.Limits.MaxErrors;

    /// <summary>The field's arguments for this request; the same for every object the field is read of.</summary>
    public object?[] Arguments(PlanField field)
    {
        if (field.Arguments is { } constant)
            return constant;
        return arguments[field.ArgumentSlot] ??= ArgumentValues.Of(field.Definition, field.Syntax, Variables, Options.Limits.MaxInputValues);
    }

    /// <summary>What is made once for a field and shared by all its calls, so that loaders can tell that they want the same.</summary>
    public T Once<T>(PlanField field, Func<T> make)
        where T : class
    {
        lock (gate)
        {
            shared ??= [];
            if (!shared.TryGetValue(field, out var known))
                shared[field] = known = make();
            return (T)known;
        }
    }

    public DataLoader Loader(Type type)
    {
        lock (gate)
        {
            loaders ??= [];
            if (loaders.TryGetValue(type, out var known))
                return known;
            var loader = (DataLoader)Makers.GetOrAdd(type, static t => ActivatorUtilities.CreateFactory(t, []))(Services, null);
            loader.Scheduler = Scheduler;
            loader.Run = this;
            Scheduler.Add(loader);
            return loaders[type] = loader;
        }
    }

    public async ValueTask AuthorizeAsync()
    {
        foreach (var rule in Plan.Rules)
        {
            if (!await Access.AllowsAsync(Services, User, rule, resource: null))
                (denied ??= []).Add(rule);
        }
    }

    public bool IsDenied(PlanField field)
    {
        if (denied is null)
            return false;
        foreach (var rule in field.Definition.Rules)
        {
            if (denied.Contains(rule))
                return true;
        }

        return false;
    }

    public void Report(GraphQLError error)
    {
        lock (gate)
        {
            errors ??= [];
            if (errors.Count < Options.Limits.MaxErrors)
                errors.Add(error);
        }
    }

    /// <summary>What a field says that was not ready in time.</summary>
    public GraphQLError Late() => new($"The operation took too long: the limit is {Options.Limits.ExecutionTimeout.TotalSeconds:0.###} s.", "TIMEOUT");

    /// <summary>The error that clients see for an exception of a resolver.</summary>
    public GraphQLError ErrorOf(Exception exception, PlanField field)
    {
        switch (exception)
        {
            case GraphQLException graphQL:
                return graphQL.Error;
            case CoercionException coercion:
                return new GraphQLError(coercion.Message, "INVALID_ARGUMENT");
            case LeafException leaf:
                return new GraphQLError(leaf.Message, "INVALID_VALUE");
            case ResponseTooLargeException:
                throw exception;
            case OperationCanceledException when Token.IsCancellationRequested:
                return Late();
        }

        if (Options.OnException?.Invoke(exception) is { } known)
            return known;
        var trace = System.Diagnostics.Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N");
        Engine.Log.ResolverFailed(exception, $"{field.Definition.Parent.Name}.{field.Definition.Name}", trace);
        return new GraphQLError("The field could not be resolved.", "INTERNAL_ERROR") { Extensions = new Dictionary<string, object?> { ["traceId"] = trace } };
    }
}

/// <summary>Who runs an operation, and with what.</summary>
internal sealed record RunContext(IServiceProvider Services, ClaimsPrincipal User, HttpContext? Http);

internal static partial class EngineLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The resolver of {Field} failed (trace {Trace})")]
    public static partial void ResolverFailed(this ILogger log, Exception exception, string field, string trace);
}
