using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Demo;

/// <summary>A step did not hold; the message says what was seen instead.</summary>
internal sealed class StepFailedException(string message) : Exception(message);

/// <summary>Runs the steps of a story one after the other, prints each with what was measured, and stops at the first that does not hold.</summary>
internal sealed class StepLog(Screen screen)
{
    private readonly JsonArray steps = [];
    private bool failed;

    public bool Held => !failed && steps.Count > 0;

    public JsonObject Document => new() { ["steps"] = steps.DeepClone() };

    /// <summary>Does nothing once a step has failed.</summary>
    public async Task RunAsync(string name, Func<JsonObject, Task> step)
    {
        if (failed)
            return;
        var figures = new JsonObject();
        var clock = Stopwatch.StartNew();
        var fault = await FaultAsync(step, figures);
        figures["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 2);
        failed = fault is not null;
        var result = new JsonObject { ["name"] = name, ["ok"] = !failed, ["figures"] = figures };
        if (fault is not null)
            result["reason"] = fault;
        steps.Add(result);
        Print(steps.Count, result);
    }

    private static async Task<string?> FaultAsync(Func<JsonObject, Task> step, JsonObject figures)
    {
        try
        {
            await step(figures);
            return null;
        }
        catch (Exception fault) when (fault is StepFailedException or BrokenWorldException or RefusedException)
        {
            return fault.Message;
        }
    }

    private void Print(int number, JsonObject step)
    {
        var ok = step["ok"]!.GetValue<bool>();
        screen.Say(string.Create(CultureInfo.InvariantCulture, $"{number,2}  {(ok ? "ok    " : "FAILED")}  {step["name"].Text()}"));
        var figures = string.Join("   ", step["figures"]!.AsObject().Select(figure => $"{figure.Key} {figure.Value.Text()}"));
        screen.Say($"            {figures}");
        if (!ok)
            screen.Say($"            {step["reason"].Text()}");
    }
}
