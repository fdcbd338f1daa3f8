using System.Diagnostics;
using System.Globalization;
using ModelHub.Inference.Predict;
using ModelHub.Node.Access;
using ModelHub.Node.Runtimes;

namespace ModelHub.Node.Serving;

/// <summary>Answers inference requests, in V2 form and as rows of named fields.</summary>
internal sealed class InferEndpoint(LoadedModels models, Admission admission, WakeForRequest wake, ReadRequest read, RunRequest run, Door door)
{
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
            await EnteredAsync(context, version, rows);
        }
        catch (RunException e)
        {
            version.Counts.Add(e.Status);
            await Answer.ErrorAsync(context, e.Status, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            version.Counts.Add(e.StatusCode);
            await Answer.ErrorAsync(context, e.StatusCode, e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone.
        }
    }

    private ValueTask EnteredAsync(HttpContext context, LoadedVersion version, bool rows)
    {
        admission.Enter(version);
        return version.IsAsleep ? WokenAsync(context, version, rows) : UsedAsync(context, version, TimeSpan.Zero, rows);
    }

    private async ValueTask WokenAsync(HttpContext context, LoadedVersion asleep, bool rows)
    {
        var (woken, refused) = await wake.RunAsync(context, asleep, rows);
        if (refused is null)
        {
            await UsedAsync(context, woken.Version, woken.Waited, rows);
            return;
        }
        asleep.Counts.Add(refused.Value.Status);
        await Answer.ErrorAsync(context, refused.Value.Status, refused.Value.Message);
    }

    private async ValueTask UsedAsync(HttpContext context, LoadedVersion version, TimeSpan waited, bool rows)
    {
        var slot = version.Rent();
        slot.Waited = waited;
        try
        {
            await AnswerAsync(context, version, slot, rows);
            version.Finish(slot, context.Response.StatusCode);
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

    private async ValueTask AnswerAsync(HttpContext context, LoadedVersion version, Slot slot, bool rows)
    {
        var refused = await read.BodyAsync(context, version, slot, rows);
        slot.ReadAt = Stopwatch.GetTimestamp();
        refused ??= await run.RunAsync(context, version, slot);
        if (refused is { } said)
            await Answer.ErrorAsync(context, said.Status, said.Message);
        else
            await (rows ? PredictionsAsync(context, version, slot) : TensorsAsync(context, slot));
    }

    private static async Task TensorsAsync(HttpContext context, Slot slot)
    {
        slot.WriteV2();
        var response = context.Response;
        if (slot.Answer.JsonBytes is { } jsonBytes)
        {
            response.Headers[ReadRequest.JsonLength] = jsonBytes.ToString(CultureInfo.InvariantCulture);
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
}
