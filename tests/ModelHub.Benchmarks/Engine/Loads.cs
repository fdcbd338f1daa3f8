using System.Globalization;

namespace ModelHub.Benchmarks.Engine;

/// <summary>The requests of the comparison; <c>@@N@@</c> and <c>@@ID@@</c> change with every one.</summary>
internal static class Loads
{
    public static IReadOnlyList<(string Name, string Body)> All { get; } =
    [
        ("hello", """{"query":"{ hello }"}"""),
        ("one", """{"query":"query One($id: ID!) { model(id: $id) { id name description downloads stage owner { id login } versions { id number digest } } }","variables":{"id":"@@ID@@"}}"""),
        ("list20", """{"query":"{ models(first: 20) { id name downloads stage tags owner { id login } } }"}"""),
        ("nested50", """{"query":"query Nested { models(first: 50) { id name score versions(first: 3) { id number stage sizeBytes } owner { login } } }"}"""),
        ("flat1000", """{"query":"{ models(first: 1000) { id name downloads score createdAt } }"}"""),
        ("unique", """{"query":"query Unique@@N@@ { model(id: \"7\") { id name a@@N@@: description downloads stage owner { id login } versions { id number digest } } }"}"""),
    ];

    public static string Fill(string template, int n) => template
        .Replace("@@N@@", n.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("@@ID@@", ((n % 1000) + 1).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
