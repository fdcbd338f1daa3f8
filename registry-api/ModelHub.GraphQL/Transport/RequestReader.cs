using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace ModelHub.GraphQL.Transport;

/// <summary>The request is none; with the status it deserves.</summary>
internal sealed class BadRequestException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}

/// <summary>GraphQL requests from HTTP requests and socket messages.</summary>
internal static class RequestReader
{
    private const long MaxDrained = 32 << 20;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <exception cref="BadRequestException">The request is no GraphQL request.</exception>
    public static async ValueTask<GraphQLRequest> ReadPostAsync(HttpRequest request, GraphQLLimits limits, CancellationToken ct)
    {
        if (request.ContentType is not "application/json" && !IsJson(request.ContentType))
            throw new BadRequestException(StatusCodes.Status415UnsupportedMediaType, "The content type must be application/json in UTF-8.");
        if (request.Headers.ContentEncoding.Count > 0 && !request.Headers.ContentEncoding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase))
            throw new BadRequestException(StatusCodes.Status415UnsupportedMediaType, "The body must not be compressed.");
        return Request(Json(await BodyInTimeAsync(request, limits, ct)));
    }

    /// <exception cref="BadRequestException">The request is no GraphQL request.</exception>
    public static GraphQLRequest ReadGet(IQueryCollection query, GraphQLLimits limits)
    {
        string? One(string name) => query[name] switch
        {
            { Count: 0 } => null,
            { Count: 1 } value => value[0],
            _ => throw new BadRequestException(StatusCodes.Status400BadRequest, $"The parameter {name} is given twice."),
        };

        JsonElement Object(string name)
        {
            if (One(name) is not { Length: > 0 } text)
                return default;
            if (text.Length > limits.MaxBodyBytes)
                throw new BadRequestException(StatusCodes.Status413PayloadTooLarge, $"The parameter {name} is too large.");
            var value = Json(System.Text.Encoding.UTF8.GetBytes(text));
            return ObjectOrNull(value, name);
        }

        var document = One("query");
        var id = One("id");
        if (document is null && id is null)
            throw new BadRequestException(StatusCodes.Status400BadRequest, "The parameter query is missing.");
        Object("extensions");
        return new GraphQLRequest(document, One("operationName"), Object("variables"), id);
    }

    /// <summary>The members of a request object.</summary>
    /// <exception cref="BadRequestException">A member has the wrong type.</exception>
    public static GraphQLRequest Request(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw new BadRequestException(StatusCodes.Status400BadRequest, "The request must be one JSON object.");
        var query = Text(body, "query");
        var id = Text(body, "id");
        if (query is null && id is null)
            throw new BadRequestException(StatusCodes.Status400BadRequest, "The request has no query.");
        if (body.TryGetProperty("extensions", out var extensions))
            ObjectOrNull(extensions, "extensions");
        var variables = body.TryGetProperty("variables", out var given) ? ObjectOrNull(given, "variables") : default;
        return new GraphQLRequest(query, Text(body, "operationName"), variables, id);
    }

    /// <summary>JSON whose strings are all text: no invalid UTF-8, no lone surrogates, no key twice.</summary>
    /// <exception cref="BadRequestException">It is not.</exception>
    public static JsonElement Json(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            if (!Utf8.IsValid(bytes.Span))
                throw new BadRequestException(StatusCodes.Status400BadRequest, "The request is not valid UTF-8.");
            var element = JsonDocument.Parse(bytes, Strict).RootElement;
            if (bytes.Span.IndexOf("\\ud"u8) >= 0 || bytes.Span.IndexOf("\\uD"u8) >= 0)
                ReadStrings(element);
            return element;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new BadRequestException(StatusCodes.Status400BadRequest, "The request is not valid JSON.");
        }
    }

    private static bool IsJson(string? header) => MediaTypeHeaderValue.TryParse(header, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));

    // GetString throws for a lone surrogate: better here than in the middle of coercion.
    private static void ReadStrings(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    ReadStrings(item);
                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    _ = member.Name;
                    ReadStrings(member.Value);
                }

                break;
        }
    }

    private static string? Text(JsonElement body, string name)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new BadRequestException(StatusCodes.Status400BadRequest, $"{name} must be a string.");
    }

    private static JsonElement ObjectOrNull(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.Object => value,
        JsonValueKind.Null => default,
        _ => throw new BadRequestException(StatusCodes.Status400BadRequest, $"{name} must be an object."),
    };

    private static async ValueTask<ReadOnlyMemory<byte>> BodyInTimeAsync(HttpRequest request, GraphQLLimits limits, CancellationToken ct)
    {
        using var slow = CancellationTokenSource.CreateLinkedTokenSource(ct);
        slow.CancelAfter(limits.BodyTimeout);
        try
        {
            return await BodyAsync(request, limits.MaxBodyBytes, slow.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new BadRequestException(StatusCodes.Status408RequestTimeout, $"The body did not arrive within {limits.BodyTimeout.TotalSeconds:0} seconds.");
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> BodyAsync(HttpRequest request, int limit, CancellationToken ct)
    {
        // Our own limit is what counts; the server's is raised so that it can read a refused body away, without which
        // the client would find the connection broken instead of the answer.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
            server.MaxRequestBodySize = Math.Max(limit, MaxDrained);
        if (request.ContentLength > limit)
            throw TooLarge(limit);
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(ct);
            if (read.Buffer.Length > limit)
                throw TooLarge(limit);
            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static BadRequestException TooLarge(int limit) => new(StatusCodes.Status413PayloadTooLarge, $"The body is too large: the limit is {limit} bytes.");
}
