using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ModelHub.GraphQL.Transport;

/// <summary>
/// The files of an IDE in the browser, kept in memory: a page, <c>ide.html</c>, and what it asks for, each also as
/// <c>.br</c> where it is compressed. They hold no data, so everybody may read them; what they ask for needs credentials.
/// </summary>
internal sealed class Ide
{
    private const string Page = "ide.html";

    // Only from this server, no code in the page; the editor writes its own styles.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; "
        + "worker-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".ttf"] = "font/ttf",
    }.ToFrozenDictionary();

    private readonly FrozenDictionary<string, IdeFile> files;

    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    /// <exception cref="FileNotFoundException">It has no page.</exception>
    public Ide(string directory)
    {
        files = Directory.EnumerateFiles(directory)
            .Where(file => Types.ContainsKey(Path.GetExtension(file)))
            .ToFrozenDictionary(file => Path.GetFileName(file), Read, StringComparer.Ordinal);
        if (!files.ContainsKey(Page))
            throw new FileNotFoundException($"The IDE's page {Page} is not in {directory}.");
    }

    /// <summary>A browser that opens the address itself, not a client that asks something.</summary>
    public static bool IsWanted(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && !request.Query.ContainsKey("query") && !request.Query.ContainsKey("id")
        && request.GetTypedHeaders().Accept is [{ } first, ..] && first.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase);

    public Task SendPageAsync(HttpContext http) => SendAsync(http, Page);

    /// <summary>One of the files; 404 for any other name.</summary>
    public async Task SendAsync(HttpContext http, string name)
    {
        if (!files.TryGetValue(name, out var file))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var headers = http.Response.Headers;
        headers.ETag = file.Tag;
        headers.CacheControl = "no-cache";
        headers.Vary = "Accept, Accept-Encoding";
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (http.Request.Headers.IfNoneMatch == file.Tag)
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var compressed = file.Compressed is not null && http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        if (compressed)
            headers.ContentEncoding = "br";
        var bytes = compressed ? file.Compressed! : file.Bytes;
        http.Response.ContentType = file.Type;
        http.Response.ContentLength = bytes.Length;
        await http.Response.BodyWriter.WriteAsync(bytes, http.RequestAborted);
    }

    private static IdeFile Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return new IdeFile(
            bytes,
            File.Exists(path + ".br") ? File.ReadAllBytes(path + ".br") : null,
            Types[Path.GetExtension(path)],
            new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"").ToString());
    }

    private sealed record IdeFile(byte[] Bytes, byte[]? Compressed, string Type, string Tag);
}
