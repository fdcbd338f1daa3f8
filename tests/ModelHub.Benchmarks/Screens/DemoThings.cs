using System.Text.Json.Nodes;
using ModelHub.EndToEnd.Support;
using GraphCaller = ModelHub.EndToEnd.Support.Graph;

namespace ModelHub.Benchmarks.Screens;

/// <summary>Which of the things in a demo's stack are shown: the ids of the pages that have one.</summary>
/// <param name="Approved">A promotion that a person approved.</param>
/// <param name="RolledBack">One whose canary broke a limit.</param>
/// <param name="Canary">One that a challenger went to all traffic by.</param>
internal sealed record DemoThings(GraphCaller Admin, string Approved, string RolledBack, string Canary, string Shadow, string Run, string Experiment, string Batch, string Job)
{
    public const string Model = "risk.credit-scoring";
    public const string Loop = "risk.instant-credit";
    public const string Dataset = "risk.loan-applications";
    public const string Webhook = "release-bot";

    private const string Ids = """
        query($model: String!, $loop: String!) {
          approved: promotions(model: $loop, environment: "production", where: {state: {eq: LIVE}}, first: 1) { nodes { id } }
          rolledBack: promotions(model: $model, where: {state: {eq: ROLLED_BACK}}, first: 1) { nodes { id } }
          canary: promotions(model: $loop, environment: "staging", where: {state: {eq: LIVE}}, first: 1) { nodes { id } }
          shadow: shadowTests(first: 1) { nodes { id } }
          run: trainingRuns(where: {state: {eq: SUCCEEDED}}, first: 1) { nodes { id } }
          job: operations(where: {kind: {eq: "train"}}, first: 1) { nodes { id } }
        }
        """;

    public static async Task<DemoThings> FindAsync(GraphCaller admin, Extras extras, CancellationToken ct)
    {
        var (experiment, batch) = (await extras.ExperimentAsync(ct), await extras.BatchAsync(ct));
        await extras.BundleAsync(ct);
        await extras.WebhookAsync(ct);
        await extras.VersionAsync(ct);
        var found = await admin.AskAsync(Ids, new { model = Model, loop = Loop }, ct);
        string Id(string alias) => First(found, alias) ?? throw new UnexpectedAnswerException($"The demo left no {alias}: let it come to its end. {found.ToJsonString()}");
        return new(admin, Id("approved"), Id("rolledBack"), Id("canary"), Id("shadow"), Id("run"), experiment, batch, Id("job"));
    }

    /// <summary>The id of the first of a list; null when it is empty.</summary>
    public static string? First(JsonNode found, string list) => found[list]!["nodes"]!.AsArray().FirstOrDefault()?["id"]?.GetValue<string>();
}
