using System.Diagnostics;
using ModelHub.Inference;
using ModelHub.Inference.Grpc;
using ModelHub.Node.Access;
using ModelHub.Node.Runtimes;
using ModelHub.Node.Serving;

namespace ModelHub.Node.Grpc;

/// <summary>The call ModelInfer: what <see cref="InferEndpoint"/> does for REST.</summary>
internal sealed class ModelInfer(LoadedModels models, Admission admission, RunRequest run, Door door, NodeOptions options)
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
            admission.Enter(version);
            return version.IsAsleep
                ? await WokenAsync(context, version, message)
                : await UsedAsync(context, version, TimeSpan.Zero, message);
        }
        catch (RunException e)
        {
            version.Counts.Add(e.Status);
            return new CallError(e.Status, e.Message);
        }
    }

    private async ValueTask<CallError?> WokenAsync(HttpContext context, LoadedVersion asleep, ReadOnlyMemory<byte> message)
    {
        var came = Stopwatch.GetTimestamp();
        asleep.Leave();
        var request = new InferRequest();
        if (Read(context, asleep, request, message) is { } error)
        {
            asleep.Counts.Add(error.Status);
            return error;
        }
        var woken = await admission.WakeAsync(asleep, request.Timeout, came, context.RequestAborted);
        return await UsedAsync(context, woken.Version, woken.Waited, message);
    }

    private async ValueTask<CallError?> UsedAsync(HttpContext context, LoadedVersion version, TimeSpan waited, ReadOnlyMemory<byte> message)
    {
        var slot = version.Rent();
        slot.Waited = waited;
        try
        {
            var error = Read(context, version, slot.Request, message);
            slot.ReadAt = Stopwatch.GetTimestamp();
            if (error is null && await run.RunAsync(context, version, slot) is { } refused)
                error = new CallError(refused.Status, refused.Message);
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

    private CallError? Read(HttpContext context, LoadedVersion version, InferRequest into, ReadOnlyMemory<byte> message)
    {
        if (ModelInferReader.Read(message.Span, version.Spec, options.Limits, into) is { } fault)
            return new CallError(400, fault.Message);
        if (context.Request.Headers[GrpcHeaders.Timeout].ToString() is not { Length: > 0 } text)
            return null;
        if (!GrpcHeaders.TryTimeout(text, out var deadline))
            return new CallError(400, $"{GrpcHeaders.Timeout} must be up to eight digits and one of H, M, S, m, u, n.");
        if (deadline == TimeSpan.Zero)
            return new CallError(504, "The deadline was over before the call came.");
        into.WaitAtMost(deadline);
        return null;
    }
}
