using ModelHub.Onnx.Validation;
using ModelHub.Onnx.Variants;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Models;

internal static class ModelsSetup
{
    public static void AddModels(this WebApplicationBuilder builder, WorkerOptions options)
    {
        // The child process finds the library by this variable.
        if (options.OnnxRuntime is { } path) Environment.SetEnvironmentVariable("MODELHUB__ONNXRUNTIME", path);
        builder.Services.AddSingleton(new ValidationProcess(ValidationCommand.Of(typeof(Program).Assembly)));
        builder.Services.AddSingleton<TryModel>();
        builder.Services.AddSingleton<ReadArtifact>();
        builder.Services.AddSingleton(new ComparisonProcess(ValidationCommand.Of(typeof(Program).Assembly)));
        builder.Services.AddSingleton<MakeVariant>();
        builder.Services.AddWork<ValidateVersion>();
        builder.Services.AddWork<QuantizeVersion>();
    }
}
