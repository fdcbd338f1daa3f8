using ModelHub.Api.Explanations;

namespace ModelHub.Api.Predictions;

internal static class PredictionRegistration
{
    public static void AddPredictions(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<LedgerQueue>().AddHostedService<StoreRecords>();
        AskRouter.Add(builder.Services);
    }

    public static void MapPredictions(this WebApplication app) => app.MapPost("/api/v1/labels", LabelsRoute.PostAsync).Needs(Permission.Infer);
}
