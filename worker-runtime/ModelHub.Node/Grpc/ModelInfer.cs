using System.Diagnostics;
using ModelHub.Inference;
using ModelHub.Inference.Grpc;
using ModelHub.Node.Access;
using ModelHub.Node.Runtimes;
using ModelHub.Node.Serving;

namespace ModelHub.Node.Grpc;

/// <summary>The call ModelInfer: what <see cref="InferEndpoint"/> does for REST.</summary>
internal sealed partial class ModelInfer(LoadedModels models, Admission admission, Door door, NodeOptions options, ILogger<ModelInfer> log)
{
    public async Task AnswerAsync(HttpContext context)
    {
        using var message = new PooledBuffer();
        var error = await GrpcCall.ReadAsync(context, message, options.Limits.BodyBytes);
        if (error is null && Find(context, message.Written.Span, out error) is { } version)
            error = await AnswerAsync(context, version, message.Written);
        if (error is not null)
            await GrpcCall.FailAsync(context, error);
    }

    private LoadedVersion? Find(HttpContext context, ReadOnlySpan<byte> message, out CallError? error)
    {
        error = null;
        if (!InferTarget.TryRead(message, out var target))
            error = new CallError(400, "The message is not a valid protobuf ModelInferRequest.");
        else if (door.Refuses(context, target.Model) is { } status)
            error = GrpcService.Refusal(status);
        else if (models.Find(target.Model, target.Version) is { } version)
            return version;
        else
            error = GrpcService.NotHeld;
        return null;
    }

    private async ValueTask<CallError?> AnswerAsync(HttpContext context, LoadedVersion version, ReadOnlyMemory<byte> message)
    {
        try
        {
            version = await admission.EnterAsync(version, context);
        }
        catch (RunException e)
        {
            version.Counts.Add(e.Status);
            return new CallError(e.Status, e.Message);
        }
        var slot = version.Rent();
        try
        {
            var error = await RunAsync(context, version, slot, message);
            if (error is null)
                await GrpcCall.AnswerAsync(context, slot.WriteGrpc());
            version.Finish(slot, error?.Status ?? StatusCodes.Status200OK);
            return error;
        }
        finally
        {
            version.Return(slot);
            version.Leave();
        }
    }

    private async ValueTask<CallError?> RunAsync(HttpContext context, LoadedVersion version, Slot slot, ReadOnlyMemory<byte> message)
    {
        if (ModelInferReader.Read(message.Span, version.Spec, options.Limits, slot.Request) is { } fault)
            return new CallError(400, fault.Message);
        slot.ReadAt = Stopwatch.GetTimestamp();
        if (context.Request.Headers[GrpcHeaders.Timeout].ToString() is { Length: > 0 } text)
        {
            if (!GrpcHeaders.TryTimeout(text, out var deadline))
                return new CallError(400, $"{GrpcHeaders.Timeout} must be up to eight digits and one of H, M, S, m, u, n.");
            if (deadline == TimeSpan.Zero)
                return new CallError(504, "The deadline was over before the call came.");
            slot.Request.WaitAtMost(deadline);
        }
        var limit = slot.Request.Timeout is { } asked && asked < options.RunTime ? asked : options.RunTime;
        try
        {
            await version.RunAsync(slot, limit, context.RequestAborted);
            slot.RanAt = Stopwatch.GetTimestamp();
            return null;
        }
        catch (RunException e)
        {
            if (e.Fault == RunFault.Failed)
                Failed(version.Assignment.Model, version.Assignment.Version, e.Message);
            return new CallError(e.Status, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Model} version {Version} failed a run: {Message}")]
    private partial void Failed(string model, int version, string message);
}
