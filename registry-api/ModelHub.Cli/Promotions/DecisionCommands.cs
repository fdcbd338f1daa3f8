using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Promotions;

/// <summary><c>approve</c>, <c>reject</c>, <c>abort</c>, <c>pause</c>, <c>resume</c>, <c>skip</c>, <c>override-freeze</c>: what people decide about a promotion.</summary>
internal static class DecisionCommands
{
    public static IEnumerable<Command> Create(Client client) =>
    [
        Decision(client, "approve", Documents.ApprovePromotion, "Let a promotion go on", whyRequired: false),
        Decision(client, "reject", Documents.RejectPromotion, "Turn a promotion down", whyRequired: true),
        Decision(client, "abort", Documents.AbortPromotion, "Stop a promotion under way; what it has of the traffic goes back", whyRequired: false),
        Decision(client, "pause", Documents.PausePromotion, "Let a rollout go no further for now", whyRequired: false),
        Decision(client, "resume", Documents.ResumePromotion, "Let a paused rollout go on", whyRequired: null),
        Decision(client, "skip", Documents.SkipStage, "Begin a rollout's next stage without a verdict on this one", whyRequired: true),
        Decision(client, "override-freeze", Documents.OverrideFreeze, "Emergency: let a promotion go on though its environment is frozen", whyRequired: true),
    ];

    /// <param name="whyRequired">Null: no reason is kept.</param>
    private static Command Decision(Client client, string name, string document, string description, bool? whyRequired)
    {
        var promotion = new Argument<string>("PROMOTION");
        var why = new Option<string?>("--why") { Description = "The reason, kept with the decision", HelpName = "TEXT", Required = whyRequired == true };
        var command = new Command(name, description) { promotion };
        if (whyRequired is not null)
            command.Add(why);
        return client.Runs(command, async (parsed, session, ct) =>
        {
            var given = whyRequired is null ? null : parsed.GetValue(why);
            if (whyRequired == true && string.IsNullOrWhiteSpace(given))
                throw new RefusedException(new Refusal("InvalidInput", "--why must say something: it is kept with the decision.", new JsonObject { ["field"] = "reason" }));
            var input = new JsonObject { ["promotion"] = parsed.GetRequiredValue(promotion) };
            input.AddGiven("reason", given);
            var decided = (await session.Graph.ChangeAsync(document, input, ct))["promotion"]!.AsObject();
            return PromotionView.Outcome(decided, ExitCode.Done);
        });
    }
}
