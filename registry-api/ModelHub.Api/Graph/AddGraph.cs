using System.Reflection;

namespace ModelHub.Api.Graph;

internal static class GraphRegistration
{
    public static void AddGraph(this WebApplicationBuilder builder)
    {
        var graph = builder.Services
            .AddGraphQL(options =>
            {
                options.RequireAuthenticated = true;
                options.RequirePolicies = true;
                options.DefaultPolicy = nameof(Permission.Read);
                options.Introspection = IntrospectionAccess.Authenticated;
                // Each tab of a person's console holds a socket, for some minutes also after it was closed.
                options.Limits.MaxSocketsPerPrincipal = 50;
                options.SchemaDescription = "The registry and control plane of ModelHub.";
            })
            .AddTypes(typeof(Program).Assembly)
            .AddParameter(context => Caller.Of(context.User));
        foreach (var id in typeof(IId<>).Assembly.GetTypes().Where(IsId))
            AddIdMethod.MakeGenericMethod(id).Invoke(null, [graph]);
    }

    public static void MapGraph(this WebApplication app)
    {
        // Open at the door: the engine itself answers 401, for sockets only after their first message.
        app.MapGraphQL("/graphql").OpenToAll();
        app.MapGraphQLSchema("/schema.graphql").NeedsToken();
    }

    private static readonly MethodInfo AddIdMethod = typeof(GraphRegistration).GetMethod(nameof(AddId), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static void AddId<TId>(GraphQLBuilder graph)
        where TId : struct, IId<TId>
        => graph.AddScalarConverter<TId, Guid>(id => id.Value, TId.From, "ID");

    private static bool IsId(Type type) => type.IsValueType && Array.Exists(type.GetInterfaces(), i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IId<>));
}
