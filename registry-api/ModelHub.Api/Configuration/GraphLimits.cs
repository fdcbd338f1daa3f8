using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using ModelHub.Hosting;

namespace ModelHub.Api.Configuration;

/// <summary>
/// What one request, and one caller, may ask for: each limit of the engine is a setting below <c>GraphQL:Limits:</c>, by its
/// name without Max, times in seconds (<c>Tokens</c>, <c>ExecutionSeconds</c>).
/// </summary>
internal static class GraphLimits
{
    // Each browser session of a person's console holds a socket, for some minutes also after it was closed.
    private const int ConnectionsPerPrincipal = 50;

    public static GraphQLLimits Read(Settings settings)
    {
        var limits = new GraphQLLimits { MaxConnectionsPerPrincipal = ConnectionsPerPrincipal };
        foreach (var limit in typeof(GraphQLLimits).GetProperties())
            limit.SetValue(limits, Read(settings, limit, limit.GetValue(limits)!));
        return limits;
    }

    public static string KeyOf(PropertyInfo limit) => "GraphQL:Limits:" + limit.Name switch
    {
        nameof(GraphQLLimits.MaxConcurrentExecutions) => "Executions",
        nameof(GraphQLLimits.KeepAlive) => "KeepAliveSeconds",
        ['M', 'a', 'x', .. var name] => name,
        var name => name.Replace("Timeout", "Seconds", StringComparison.Ordinal),
    };

    private static object Read(Settings settings, PropertyInfo limit, object otherwise)
    {
        var range = limit.GetCustomAttribute<RangeAttribute>()!;
        if (otherwise is TimeSpan time)
            return TimeSpan.FromSeconds(settings.Number(KeyOf(limit), (long)time.TotalSeconds, Seconds(range.Minimum), Seconds(range.Maximum)));
        var number = settings.Number(KeyOf(limit), Number(otherwise), Number(range.Minimum), Number(range.Maximum));
        return Convert.ChangeType(number, limit.PropertyType, CultureInfo.InvariantCulture);
    }

    private static long Number(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    // The attribute keeps times as texts until it is first asked.
    private static long Seconds(object value) => (long)Math.Ceiling(TimeSpan.Parse(value.ToString()!, CultureInfo.InvariantCulture).TotalSeconds);
}
