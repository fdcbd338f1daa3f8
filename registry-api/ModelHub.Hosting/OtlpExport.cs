using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ModelHub.Hosting;

/// <summary>
/// Sends spans and figures of this process to an OpenTelemetry collector: over HTTP to the base address in the setting
/// <c>Telemetry:Otlp</c>, else as the standard <c>OTEL_EXPORTER_OTLP_…</c> variables say. Where neither names a collector
/// nobody listens, and spans cost nothing.
/// </summary>
internal sealed class OtlpExport(string service, string? collector) : IHostedService
{
    private const string Standard = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const int FlushMilliseconds = 3000;

    private static readonly string[] Sources = ["ModelHub.*", "Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "Quartz"];
    private static readonly string[] Meters =
        ["ModelHub.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "Npgsql"];

    private TracerProvider? tracer;
    private MeterProvider? meter;

    public static void Add(WebApplicationBuilder builder, Settings settings)
    {
        var collector = settings.OptionalUrl("Telemetry:Otlp");
        if (collector is null && string.IsNullOrEmpty(builder.Configuration[Standard]))
            return;
        // Without it the framework's spans tell neither method nor path.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        builder.Services.AddSingleton<IStartupFilter, NameRequestSpans>();
        builder.Services.AddHostedService(_ => new OtlpExport(builder.Environment.ApplicationName, collector));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        tracer = Sdk.CreateTracerProviderBuilder().ConfigureResource(Describe).AddSource(Sources).AddOtlpExporter(to => Aim(to, "traces")).Build();
        meter = Sdk.CreateMeterProviderBuilder().ConfigureResource(Describe).AddMeter(Meters).AddOtlpExporter(to => Aim(to, "metrics")).Build();
        return Task.CompletedTask;
    }

    /// <summary>What is not sent yet goes out; a collector that does not answer holds the end up for seconds only.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            tracer?.Shutdown(FlushMilliseconds);
            meter?.Shutdown(FlushMilliseconds);
            tracer?.Dispose();
            meter?.Dispose();
        },
        cancellationToken);

    private void Describe(ResourceBuilder resource) => resource.AddService(service).AddEnvironmentVariableDetector();

    private void Aim(OtlpExporterOptions to, string signal)
    {
        if (collector is null)
            return;
        (to.Protocol, to.Endpoint) = (OtlpExportProtocol.HttpProtobuf, new Uri($"{collector}/v1/{signal}"));
    }
}
