using ModelHub.Hosting;

namespace ModelHub.Api.Metrics;

internal static class MetricsRoute
{
    public static void AddMetricsText(this WebApplicationBuilder builder) => builder.Services.AddSingleton(new PrometheusText(ApiMeter.Name, "ModelHub.GraphQL", "Npgsql"));

    /// <summary>Open: figures without names of models or people, and scrapers of a private network have no token.</summary>
    public static void MapMetrics(this WebApplication app)
    {
        // Made at start, or what happens before the first scrape would be missing.
        var text = app.Services.GetRequiredService<PrometheusText>();
        app.MapGet("/metrics", () => TypedResults.Text(text.Write() + ProcessText.Write("api"), "text/plain; version=0.0.4; charset=utf-8")).OpenToAll();
    }
}
