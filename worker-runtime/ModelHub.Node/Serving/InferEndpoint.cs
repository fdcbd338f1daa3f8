using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using ModelHub.Inference;
using ModelHub.Inference.Predict;
using ModelHub.Inference.V2;
using ModelHub.Node.Access;
using ModelHub.Node.Runtimes;

namespace ModelHub.Node.Serving;

/// <summary>Answers inference requests, in V2 form and as rows of named fields.</summary>
internal sealed partial class InferEndpoint(LoadedModels models, Admission admission, Door door, NodeOptions options, ILogger<InferEndpoint> log)
{
    private const string JsonLength = "Inference-Header-Content-Length";

    // Reading more than this takes longer than the thread of the socket should be kept.
    private const long LargeBody = 64 * 1024;

    /// <summary>Answers V2 requests to versions that are here before routing looks at them, which costs more than a small model.</summary>
    public RequestDelegate Directly(RequestDelegate next) => context =>
        HttpMethods.IsPost(context.Request.Method) && InferPath.TryRead(context.Request.Path.Value, out var model, out var version)
            && models.Find(model, version) is { } loaded
            ? AnswerAsync(context, loaded.Assignment.Model, loaded, rows: false)
            : next(context);

    public Task InferAsync(HttpContext context) => AnswerAsync(context, rows: false);

    public Task PredictAsync(HttpContext context) => AnswerAsync(context, rows: true);

    private Task AnswerAsync(HttpContext context, bool rows)
    {
        var model = (string)context.Request.RouteValues["model"]!;
        return AnswerAsync(context, model, Find(context, model), rows);
    }

    private async Task AnswerAsync(HttpContext context, string model, LoadedVersion? version, bool rows)
    {
        if (door.Refuses(context, model) is { } status)
        {
            await Answer.ErrorAsync(context, status, status == 401 ? "unauthorized" : "forbidden");
            return;
        }
        if (version is null)
        {
            await Answer.ErrorAsync(context, 404, "This node does not hold that version of that model.");
            return;
        }
        try
        {
            version = await admission.EnterAsync(version, context);
        }
        catch (RunException e)
        {
            version.Counts.Add(e.Status);
            await Answer.ErrorAsync(context, e.Status, e.Message);
            return;
        }
        var slot = version.Rent();
        try
        {
            await AnswerAsync(context, version, slot, rows);
            version.Finish(slot, context.Response.StatusCode);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone.
        }
        catch (BadHttpRequestException e)
        {
            version.Finish(slot, e.StatusCode);
            await Answer.ErrorAsync(context, e.StatusCode, e.Message);
        }
        finally
        {
            version.Return(slot);
            version.Leave();
        }
    }

    private async Task AnswerAsync(HttpContext context, LoadedVersion version, Slot slot, bool rows)
    {
        var body = await RequestBody.ReadAsync(context, slot.Buffer, options.Limits.BodyBytes);
        if (body.Status is { } refused)
        {
            await Answer.ErrorAsync(context, refused, refused switch
            {
                413 => $"The request has more than {options.Limits.BodyBytes} bytes.",
                415 => "The only content encoding taken is gzip.",
                _ => "The body is not valid gzip.",
            });
            return;
        }
        if (body.Bytes.Length > LargeBody)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var fault = Read(context, body.Bytes, version, slot, rows) ?? Deadline.Read(context, slot.Request);
        body.Done();
        slot.ReadAt = Stopwatch.GetTimestamp();
        if (fault is not null)
        {
            await Answer.ErrorAsync(context, 400, fault.Message);
            return;
        }
        if (await RunAsync(context, version, slot))
            await (rows ? PredictionsAsync(context, version, slot) : TensorsAsync(context, slot));
    }

    private RequestFault? Read(HttpContext context, ReadOnlySequence<byte> body, LoadedVersion version, Slot slot, bool rows)
    {
        if (rows)
            return version.Plan is { } plan ? RowsReader.Read(body, plan, options.Limits, slot.Request) : version.PlanFault;
        int? jsonBytes = null;
        if (context.Request.Headers.TryGetValue(JsonLength, out var text))
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
                return new RequestFault($"{JsonLength} must be a whole number.");
            jsonBytes = length;
        }
        return InferReader.Read(body, jsonBytes, version.Spec, options.Limits, slot.Request);
    }

    /// <returns>whether there are outputs; if not, the error is answered</returns>
    private async ValueTask<bool> RunAsync(HttpContext context, LoadedVersion version, Slot slot)
    {
        var limit = slot.Request.Timeout is { } asked && asked < options.RunTime ? asked : options.RunTime;
        try
        {
            // The token of a request costs an allocation: short runs are done without.
            if (!version.TryRun(slot, limit))
                await version.RunAsync(slot, limit, context.RequestAborted);
            slot.RanAt = Stopwatch.GetTimestamp();
            return true;
        }
        catch (RunException e)
        {
            if (e.Fault == RunFault.Failed)
                Failed(version.Assignment.Model, version.Assignment.Version, e.Message);
            await Answer.ErrorAsync(context, e.Status, e.Message);
        }
        return false;
    }

    private static async Task TensorsAsync(HttpContext context, Slot slot)
    {
        slot.WriteV2();
        var response = context.Response;
        if (slot.Answer.JsonBytes is { } jsonBytes)
        {
            response.Headers[JsonLength] = jsonBytes.ToString(CultureInfo.InvariantCulture);
            response.ContentType = "application/octet-stream";
        }
        else
        {
            response.ContentType = "application/json";
        }
        await AnswerBody.WriteAsync(context, slot.Answer.Body);
    }

    private static async Task PredictionsAsync(HttpContext context, LoadedVersion version, Slot slot)
    {
        slot.Buffer.Clear();
        var fault = RowsWriter.Write(slot.Buffer, version.Spec, (int)slot.Rows, slot.Output);
        if (fault is not null)
            await Answer.ErrorAsync(context, 400, fault.Message);
        else
            await Answer.JsonAsync(context, 200, slot.Buffer.Written);
    }

    private LoadedVersion? Find(HttpContext context, string model) =>
        models.Find(model, context.Request.RouteValues.TryGetValue("version", out var version) ? (string?)version : null);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Model} version {Version} failed a run: {Message}")]
    private partial void Failed(string model, int version, string message);
}
