using Microsoft.Extensions.Logging.Abstractions;
using ModelHub.Node.Runtimes;
using ModelHub.Node.Runtimes.Onnx;
using ModelHub.Onnx.Validation;
using ModelHub.Tests.Onnx;

namespace ModelHub.Tests.Node.Runtimes;

public sealed class OnnxContract : RuntimeContract
{
    private protected override Task<RuntimeInstance> OpenAsync() => OpenAsync(TinyModel.Linear([1, 2, 3], 0.5f));

    private protected override Task<RuntimeInstance> OpenSlowAsync() => OpenAsync(TinyModel.Endless());

    private async Task<RuntimeInstance> OpenAsync(byte[] model)
    {
        var path = Path.Combine(Folder, $"{Guid.NewGuid():n}.onnx");
        await File.WriteAllBytesAsync(path, model, Ct);
        var runtime = new OnnxVersions(Options(("Limits:ValidateFirst", "0")), new ValidationProcess(ValidationCommand.Of(typeof(IRuntime).Assembly)), NullLogger<OnnxVersions>.Instance);
        return await OpenAsync(runtime, Assigned("onnx", "onnx", null), path);
    }
}
