using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Promotions;

/// <summary>A rollout plan as a flag gives it.</summary>
internal static class PlanFile
{
    /// <summary>Puts the plan into the input: by its name, or the document when there is such a file.</summary>
    public static async Task AddAsync(JsonObject input, string plan, CancellationToken ct)
    {
        if (File.Exists(plan))
            input["planDocument"] = await DocumentFile.ReadAsync(plan, "plan", ct);
        else
            input["plan"] = plan;
    }
}
