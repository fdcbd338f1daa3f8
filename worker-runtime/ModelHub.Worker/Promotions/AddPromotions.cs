namespace ModelHub.Worker.Promotions;

internal static class PromotionsSetup
{
    public static void AddPromotions(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<MoveChampion>();
        builder.Services.AddSingleton<MirrorStage>();
        builder.Services.AddSingleton<WriteStage>();
        builder.Services.AddSingleton<WriteStep>();
        builder.Services.AddSingleton<StepPromotion>();
        builder.Services.AddHostedService<AdvancePromotions>();
    }
}
