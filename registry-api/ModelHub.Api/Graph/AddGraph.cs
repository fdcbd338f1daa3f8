using System.Reflection;
using ModelHub.Api.Configuration;

namespace ModelHub.Api.Graph;

internal static class GraphRegistration
{
    /// <summary>The documents of the console and the command line, which the build puts beside the program.</summary>
    private static readonly string OfOurClients = Path.Combine(AppContext.BaseDirectory, "documents");

    /// <summary>GraphiQL, bundled by the build.</summary>
    private static readonly string OfTheIde = Path.Combine(AppContext.BaseDirectory, "ide");

    public static void AddGraph(this WebApplicationBuilder builder, GraphOptions own)
    {
        var graph = builder.Services
            .AddGraphQL(options =>
            {
                options.RequireAuthenticated = true;
                options.RequirePolicies = true;
                options.DefaultPolicy = nameof(Permission.Read);
                options.Introspection = own.Introspection;
                options.TrustedDocuments = own.TrustedOnly ? TrustedDocuments.Required : TrustedDocuments.Optional;
                foreach (var folder in new[] { OfOurClients, own.Documents }.OfType<string>())
                    options.TrustedDocumentDirectories.Add(folder);
                options.SlowerThan = own.SlowerThan;
                options.IdeDirectory = own.Ide ? OfTheIde : null;
                options.Limits = own.Limits;
                options.UnprocessableForValidation = own.Unprocessable;
                options.Words = Words.Read();
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
        app.MapGraphQLIde("/graphql/ide/{file}").OpenToAll();
        app.MapGraphQLSchema("/schema.graphql").NeedsToken();
    }

    private static readonly MethodInfo AddIdMethod = typeof(GraphRegistration).GetMethod(nameof(AddId), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static void AddId<TId>(GraphQLBuilder graph)
        where TId : struct, IId<TId>
        => graph.AddScalarConverter<TId, Guid>(id => id.Value, TId.From, "ID");

    private static bool IsId(Type type) => type.IsValueType && Array.Exists(type.GetInterfaces(), i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IId<>));
}
