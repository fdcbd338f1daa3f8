using System.Security.Cryptography;
using System.Text.Json;
using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Graph;

/// <param name="AskedBy">who asks it when</param>
/// <param name="Bodies">requests for many different things, sent in turn</param>
internal sealed record GraphOperation(string Name, string AskedBy, byte[][] Bodies)
{
    private const int Variety = 50;

    /// <summary>A trusted document of the console or the command line, by its digest, as they send it.</summary>
    /// <param name="file">below the checkout, without <c>.graphql</c></param>
    public static GraphOperation Trusted(string name, string askedBy, string file, Func<int, object> variables)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Repository.Root, file + ".graphql"))));
        return Of(name, askedBy, n => new { id, variables = variables(n) });
    }

    /// <summary>A document that no client of ours holds.</summary>
    public static GraphOperation Free(string name, string askedBy, string query, Func<int, object> variables) =>
        Of(name, askedBy, n => new { query, variables = variables(n) });

    private static GraphOperation Of(string name, string askedBy, Func<int, object> request) =>
        new(name, askedBy, [.. Enumerable.Range(0, Variety).Select(n => JsonSerializer.SerializeToUtf8Bytes(request(n)))]);
}
