using ModelHub.Hosting;

namespace ModelHub.Api.Configuration;

/// <summary>The GraphQL endpoint, settings below <c>GraphQL:</c>.</summary>
/// <param name="TrustedOnly">Only trusted documents run: those of the console and the command line, and those of <paramref name="Documents"/>.</param>
/// <param name="Documents">A folder of more trusted documents, each a file named <c>{sha256}.graphql</c>; for clients of one's own, and for other versions of ours.</param>
/// <param name="Introspection">Who may read the schema by queries.</param>
/// <param name="Ide">Browsers get the IDE at the endpoint.</param>
/// <param name="Unprocessable">Requests that are no valid documents are answered 422 instead of 400, to clients that accept <c>application/graphql-response+json</c>.</param>
/// <param name="SlowerThan">Operations that take longer are written to the log; zero for none.</param>
internal sealed record GraphOptions(bool TrustedOnly, string? Documents, IntrospectionAccess Introspection, bool Ide, bool Unprocessable, TimeSpan SlowerThan, GraphQLLimits Limits)
{
    public static GraphOptions Read(Settings settings) => new(
        TrustedOnly: settings.OneOf("GraphQL:TrustedDocuments", TrustedDocuments.Optional) == TrustedDocuments.Required,
        Documents: settings.OptionalFolder("GraphQL:DocumentsFolder"),
        Introspection: settings.OneOf("GraphQL:Introspection", IntrospectionAccess.Authenticated),
        Ide: settings.Switch("GraphQL:Ide", true),
        Unprocessable: settings.Switch("GraphQL:UnprocessableForValidation", false),
        SlowerThan: TimeSpan.FromMilliseconds(settings.Number("GraphQL:SlowMilliseconds", 1000, 0, 3_600_000)),
        Limits: GraphLimits.Read(settings));
}
