using System.Diagnostics.Metrics;

namespace ModelHub.Api.Metrics;

internal static class ApiMeter
{
    public const string Name = "ModelHub.Api";

    public static readonly Meter Meter = new(Name);
}
