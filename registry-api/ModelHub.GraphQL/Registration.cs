using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Subscriptions;
using ModelHub.GraphQL.Transport;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL;

/// <summary>Gathers what the schema is made of.</summary>
public sealed class GraphQLBuilder
{
    internal GraphQLBuilder(IServiceCollection services, SchemaSources sources)
    {
        Services = services;
        Sources = sources;
    }

    public IServiceCollection Services { get; }

    internal SchemaSources Sources { get; }

    /// <summary>All annotated classes of the assembly.</summary>
    public GraphQLBuilder AddTypes(Assembly assembly)
    {
        foreach (var type in assembly.GetTypes().Where(IsAnnotated).OrderBy(t => t.FullName, StringComparer.Ordinal))
            Sources.Classes.Add(type);
        return this;
    }

    /// <summary>One annotated class.</summary>
    public GraphQLBuilder AddType(Type type)
    {
        Sources.Classes.Add(type);
        return this;
    }

    /// <summary>An object type that nothing returns by its own CLR type, e.g. an implementation of an interface.</summary>
    public GraphQLBuilder AddObjectType<T>()
    {
        Sources.Extra.Add(typeof(T));
        return this;
    }

    /// <summary>
    /// A CLR value type that travels as another: <c>AddScalarConverter&lt;ModelId, Guid&gt;(id => id.Value, v => new(v))</c>.
    /// </summary>
    /// <param name="toWire">What is written; TWire is string, int, long, double, decimal, bool or Guid.</param>
    /// <param name="fromWire">Reads it; may throw <see cref="FormatException"/>, whose message the client gets.</param>
    /// <param name="scalar">The GraphQL scalar: a built-in one (<c>"ID"</c>) or a new name; by default that of TWire.</param>
    /// <param name="description">The description of a new scalar.</param>
    /// <param name="specifiedBy">The address of a new scalar's specification.</param>
    public GraphQLBuilder AddScalarConverter<T, TWire>(Func<T, TWire> toWire, Func<TWire, T> fromWire, string? scalar = null, string? description = null, Uri? specifiedBy = null)
        where T : notnull
        where TWire : notnull
    {
        Sources.Converters.Add(new ScalarConverter<T, TWire>(toWire, fromWire, scalar, description, specifiedBy));
        return this;
    }

    /// <summary>Resolver parameters of type T get this value: <c>AddParameter(ctx => Caller.Of(ctx.User))</c>.</summary>
    public GraphQLBuilder AddParameter<T>(Func<ResolverContext, T> value)
    {
        Sources.Parameters[typeof(T)] = context => value(context);
        return this;
    }

    /// <summary>
    /// Mutations may return this type (an open generic of one parameter): the named properties hold the value and the
    /// refusal, of which one is null.
    /// </summary>
    public GraphQLBuilder AddResultType(Type openGeneric, string value, string refusal)
    {
        Sources.ResultTypes.Add(new ResultShape(openGeneric, value, refusal));
        return this;
    }

    private static bool IsAnnotated(Type type) => type.GetCustomAttributes().Any(a => a
        is QueryTypeAttribute or MutationTypeAttribute or SubscriptionTypeAttribute or TypeAttribute or InterfaceTypeAttribute or UnionTypeAttribute);
}

public static class GraphQLServiceCollectionExtensions
{
    /// <summary>Registers the engine; the schema is built and checked when the host starts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Limits are out of their ranges; all of them are named.</exception>
    public static GraphQLBuilder AddGraphQL(this IServiceCollection services, Action<GraphQLOptions>? configure = null)
    {
        var options = new GraphQLOptions();
        configure?.Invoke(options);
        if (options.Limits.Faults() is { Count: > 0 } faults)
            throw new ArgumentOutOfRangeException(nameof(configure), "The limits are out of range:\n" + string.Join('\n', faults));
        if (options.TrustedDocuments == TrustedDocuments.Required && options.TrustedDocumentDirectories.Count == 0)
            throw new ArgumentException("Only trusted documents are to run, and no directory of them is named.", nameof(configure));
        var sources = new SchemaSources();
        services.AddSingleton(options);
        services.AddSingleton(sources);
        services.AddLogging();
        services.AddSingleton(s => new GraphQLEngine(sources, options, s.GetRequiredService<IServiceProviderIsService>(), s.GetRequiredService<ILogger<GraphQLEngine>>()));
        services.AddSingleton<OpenConnections>();
        services.AddSingleton<EventStream>();
        services.AddSingleton<SocketTransport>();
        services.AddSingleton<HttpTransport>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(s => new GraphQLExecutor(s.GetRequiredService<GraphQLEngine>()));
        services.TryAddSingleton<TopicHub>();
        services.TryAddSingleton<ITopicEventSender>(s => s.GetRequiredService<TopicHub>());
        services.TryAddSingleton<ITopicEventReceiver>(s => s.GetRequiredService<TopicHub>());
        services.AddHostedService<WarmUp>();
        return new GraphQLBuilder(services, sources);
    }
}
