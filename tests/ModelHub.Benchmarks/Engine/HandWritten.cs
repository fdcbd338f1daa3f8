using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace ModelHub.Benchmarks.Engine;

/// <summary>
/// No GraphQL: the server reads and parses the request, and writes what an engine would have to write, by hand. What an
/// engine costs is what it adds to this. Body and answer go the way the engine's go: through the pipes, in one piece and with
/// its length. A stream and a chunked answer cost more than a small query, and the floor lay above the engine. The request
/// with a changing document is not answered.
/// </summary>
internal static class HandWritten
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? answer;

    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    public static async Task AnswerAsync(HttpContext http)
    {
        var reader = http.Request.BodyReader;
        ReadResult read;
        while (!(read = await reader.ReadAsync(http.RequestAborted)).IsCompleted)
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        var bytes = Answer(read.Buffer);
        reader.AdvanceTo(read.Buffer.End);
        http.Response.ContentType = "application/graphql-response+json; charset=utf-8";
        http.Response.ContentLength = bytes.Length;
        // The bytes are copied before anything is awaited: the thread may use their buffer for its next answer.
        await http.Response.BodyWriter.WriteAsync(bytes, http.RequestAborted);
    }

    private static ReadOnlyMemory<byte> Answer(ReadOnlySequence<byte> request)
    {
        using var body = JsonDocument.Parse(request);
        (answer ??= new()).ResetWrittenCount();
        (writer ??= new(answer, new JsonWriterOptions { SkipValidation = true })).Reset();
        writer.WriteStartObject();
        writer.WriteStartObject("data");
        Data(writer, body.RootElement.GetProperty("query").GetString()!, body.RootElement);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return answer.WrittenMemory;
    }

    private static void Data(Utf8JsonWriter writer, string query, JsonElement request)
    {
        if (query.Contains("hello", StringComparison.Ordinal))
            writer.WriteString("hello", "world");
        else if (query.Contains("first: 1000", StringComparison.Ordinal))
            Models(writer, 1000, Flat);
        else if (query.Contains("first: 50", StringComparison.Ordinal))
            Models(writer, 50, Nested);
        else if (query.Contains("first: 20", StringComparison.Ordinal))
            Models(writer, 20, Listed);
        else
            One(writer, Catalog.Find(request.TryGetProperty("variables", out var variables) ? variables.GetProperty("id").GetString()! : "7")!);
    }

    private static void Models(Utf8JsonWriter writer, int first, Action<Utf8JsonWriter, Model> one)
    {
        writer.WriteStartArray("models");
        for (var i = 0; i < first; i++)
        {
            writer.WriteStartObject();
            one(writer, Catalog.Models[i]);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void Flat(Utf8JsonWriter writer, Model model)
    {
        writer.WriteString("id", model.Id);
        writer.WriteString("name", model.Name);
        writer.WriteNumber("downloads", model.Downloads);
        writer.WriteNumber("score", model.Score);
        writer.WriteString("createdAt", model.CreatedAt);
    }

    private static void Nested(Utf8JsonWriter writer, Model model)
    {
        writer.WriteString("id", model.Id);
        writer.WriteString("name", model.Name);
        writer.WriteNumber("score", model.Score);
        writer.WriteStartArray("versions");
        foreach (var version in model.All)
        {
            writer.WriteStartObject();
            writer.WriteString("id", version.Id);
            writer.WriteNumber("number", version.Number);
            writer.WriteString("stage", Name(version.Stage));
            writer.WriteNumber("sizeBytes", version.SizeBytes);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartObject("owner");
        writer.WriteString("login", model.Owner.Login);
        writer.WriteEndObject();
    }

    private static void Listed(Utf8JsonWriter writer, Model model)
    {
        writer.WriteString("id", model.Id);
        writer.WriteString("name", model.Name);
        writer.WriteNumber("downloads", model.Downloads);
        writer.WriteString("stage", Name(model.Stage));
        writer.WriteStartArray("tags");
        foreach (var tag in model.Tags)
            writer.WriteStringValue(tag);
        writer.WriteEndArray();
        Owner(writer, model.Owner);
    }

    private static void One(Utf8JsonWriter writer, Model model)
    {
        writer.WriteStartObject("model");
        writer.WriteString("id", model.Id);
        writer.WriteString("name", model.Name);
        writer.WriteString("description", model.Description);
        writer.WriteNumber("downloads", model.Downloads);
        writer.WriteString("stage", Name(model.Stage));
        Owner(writer, model.Owner);
        writer.WriteStartArray("versions");
        foreach (var version in model.All)
        {
            writer.WriteStartObject();
            writer.WriteString("id", version.Id);
            writer.WriteNumber("number", version.Number);
            writer.WriteString("digest", version.Digest);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Owner(Utf8JsonWriter writer, User owner)
    {
        writer.WriteStartObject("owner");
        writer.WriteString("id", owner.Id);
        writer.WriteString("login", owner.Login);
        writer.WriteEndObject();
    }

    private static string Name(Stage stage) => stage switch
    {
        Stage.Staging => "STAGING",
        Stage.Production => "PRODUCTION",
        _ => "NONE",
    };
}
