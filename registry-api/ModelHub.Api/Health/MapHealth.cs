namespace ModelHub.Api.Health;

internal static class HealthRoutes
{
    public static void AddHealth(this WebApplicationBuilder builder) => builder.Services.AddSingleton<DatabaseHealth>();

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/healthz/live", () => TypedResults.Ok(new { live = true })).OpenToAll();
        app.MapGet("/healthz/ready", ReadyAsync).OpenToAll();
    }

    private static async Task<IResult> ReadyAsync(DatabaseHealth database, CancellationToken ct)
        => await database.AnswersAsync(ct)
            ? TypedResults.Ok(new { ready = true })
            : TypedResults.Json(new { ready = false, reason = "The database does not answer." }, statusCode: StatusCodes.Status503ServiceUnavailable);
}
