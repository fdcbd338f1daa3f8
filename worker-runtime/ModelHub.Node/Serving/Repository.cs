using System.Buffers;
using System.Globalization;
using System.Text.Json;
using ModelHub.Inference;
using ModelHub.Node.Access;
using ModelHub.Node.Runtimes;

namespace ModelHub.Node.Serving;

/// <summary>The model repository extension of V2 over REST: <c>/v2/repository/index</c>, <c>…/models/{model}/load</c>, <c>…/unload</c>.</summary>
internal sealed class Repository(Holdings holdings, Door door)
{
    private const int MostBytes = 64 * 1024;

    /// <summary>What is held, of models the caller may call; <c>{"ready": true}</c> asks only for what is ready.</summary>
    public async Task IndexAsync(HttpContext context)
    {
        if (door.Refuses(context, null) is { } status)
            await Answer.ErrorAsync(context, status, status == 401 ? "unauthorized" : "forbidden");
        else if (await OnlyReadyAsync(context) is not { } onlyReady)
            await Answer.ErrorAsync(context, 400, "The request must be empty, or a JSON object whose 'ready' is true or false.");
        else
            await Answer.JsonAsync(context, 200, Json(Index(context, onlyReady)));
    }

    public Task LoadAsync(HttpContext context) => OperateAsync(context, (model, version) => holdings.LoadAsync(model, version, context.RequestAborted));

    public Task UnloadAsync(HttpContext context) => OperateAsync(context, (model, version) =>
    {
        holdings.Unload(model, version);
        return Task.CompletedTask;
    });

    public IEnumerable<RepositoryEntry> Index(HttpContext context, bool onlyReady) =>
        holdings.Index().Where(e => (!onlyReady || e.State == "READY") && door.Refuses(context, e.Model) is null);

    private async Task OperateAsync(HttpContext context, Func<string, int?, Task> operate)
    {
        var model = (string)context.Request.RouteValues["model"]!;
        var text = (string?)context.Request.RouteValues.GetValueOrDefault("version");
        var version = 0;
        if (door.RefusesToOperate(context, model) is { } status)
        {
            await Answer.ErrorAsync(context, status, status == 401 ? "unauthorized" : "forbidden");
            return;
        }
        if (text is not null && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out version))
        {
            await Answer.ErrorAsync(context, 404, "A version is a whole number.");
            return;
        }
        try
        {
            await operate(model, text is null ? null : version);
            await Answer.JsonAsync(context, 200, "{}"u8.ToArray());
        }
        catch (RunException e)
        {
            await Answer.ErrorAsync(context, e.Status, e.Message);
        }
    }

    /// <returns>null for a body that says something else</returns>
    private static async ValueTask<bool?> OnlyReadyAsync(HttpContext context)
    {
        using var buffer = new PooledBuffer();
        var body = await RequestBody.ReadAsync(context, buffer, MostBytes);
        try
        {
            return body.Status is not null ? null : Ready(body.Bytes);
        }
        finally
        {
            body.Done();
        }
    }

    private static bool? Ready(in ReadOnlySequence<byte> body)
    {
        if (body.IsEmpty)
            return false;
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 8 });
            return json.RootElement.ValueKind != JsonValueKind.Object ? null
                : !json.RootElement.TryGetProperty("ready", out var ready) ? false
                : ready.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Json(IEnumerable<RepositoryEntry> entries)
    {
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var entry in entries)
            {
                json.WriteStartObject();
                json.WriteString("name", entry.Model);
                json.WriteString("version", entry.Version.ToString(CultureInfo.InvariantCulture));
                json.WriteString("state", entry.State);
                json.WriteString("reason", entry.Reason);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return buffer.Written.ToArray();
    }
}
