using ModelHub.Onnx.Validation;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Bundles;

internal static class BundlesSetup
{
    public static void AddBundles(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(new ModelChild(ValidationCommand.Of(typeof(Program).Assembly)));
        builder.Services.AddSingleton<MakeSample>();
        builder.Services.AddSingleton<PlaceFiles>();
        builder.Services.AddWork<PrepareBundle>();
    }
}
