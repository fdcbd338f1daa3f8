using System.Collections.Concurrent;
using System.Diagnostics;

namespace ModelHub.Tests.Api.Graph;

/// <summary>SQL as the driver traces it.</summary>
internal static class Commands
{
    /// <summary>The commands that hosts ran for what is asked meanwhile; they belong to the trace of the request.</summary>
    public static async Task<IReadOnlyCollection<string>> OfAsync(Func<Task> ask)
    {
        using var asking = new Activity("asking").Start();
        var trace = asking.TraceId;
        var texts = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref options) => options.Parent.TraceId == trace ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = command =>
            {
                // Opening a connection is traced too and has no text.
                if (command.TraceId == trace && (command.GetTagItem("db.query.text") ?? command.GetTagItem("db.statement")) is string text && !FindsTheCaller(text))
                    texts.Enqueue(text);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await ask();
        return texts;
    }

    // Who calls is looked up anew when a few seconds have passed or anything changed.
    private static bool FindsTheCaller(string command) =>
        (command.Contains("FROM service_tokens", StringComparison.Ordinal) && command.Contains("key_id = ", StringComparison.Ordinal))
        || (command.Contains("FROM role_bindings", StringComparison.Ordinal) && !command.Contains("= ANY", StringComparison.Ordinal));
}
