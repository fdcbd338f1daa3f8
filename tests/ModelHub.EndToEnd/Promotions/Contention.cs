using System.Text.Json.Nodes;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Promotions;

/// <summary>Several people at once, the same person twice, and the wrong person.</summary>
[Collection(SharedStack.Name)]
public sealed class Contention(SharedStack shared)
{
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task Of_a_hundred_racing_promotions_one_wins_and_the_others_learn_which()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ModelWithVersionAsync("race", 2, ct);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => PromoteAsync(stack.Admin, model, "production", null, ct)));

        var won = answers.Where(answer => answer["promotion"] is not null).ToList();
        var lost = answers.Where(answer => answer["promotion"] is null).ToList();
        var winner = Assert.Single(won)["promotion"]!["id"]!.GetValue<string>();
        Assert.Equal(99, lost.Count);
        Assert.All(lost, answer =>
        {
            Assert.Equal("PromotionInProgressError", answer["errors"]![0]!["__typename"]!.GetValue<string>());
            Assert.Equal(winner, answer["errors"]![0]!["promotion"]!.GetValue<string>());
        });
    }

    [Fact]
    public async Task A_replay_under_the_same_key_answers_the_same_and_another_body_is_refused()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ModelWithVersionAsync("replay", 2, ct);
        var key = Guid.NewGuid().ToString();

        var first = await PromoteAsync(stack.Admin, model, "production", key, ct);
        var again = await PromoteAsync(stack.Admin, model, "production", key, ct);
        var other = await PromoteAsync(stack.Admin, model, "staging", key, ct);

        Assert.NotNull(first["promotion"]);
        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        Assert.Equal("IdempotencyKeyReusedError", other["errors"]![0]!["__typename"]!.GetValue<string>());
        var events = await stack.Admin.AskAsync("query($s: String!) { promotions(first: 10, where: { model: { eq: $s } }) { totalCount } }", new { s = model }, ct);
        Assert.Equal(1, events["promotions"]!["totalCount"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_change_that_expects_an_older_revision_is_refused_and_changes_nothing()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ModelWithVersionAsync("revision", 2, ct);
        var revision = (await stack.Admin.AskAsync("query($m: String!) { model(name: $m) { revision } }", new { m = model }, ct))["model"]!["revision"]!.GetValue<long>();
        await stack.Admin.ChangeAsync("updateModel", new { name = model, description = "mine", expectedRevision = revision }, "model { description }", ct);

        await stack.Admin.ChangeAsync("updateModel", new { name = model, description = "theirs", expectedRevision = revision }, "model { description }", ct, "RevisionConflictError");

        var kept = await stack.Admin.AskAsync("query($m: String!) { model(name: $m) { description } }", new { m = model }, ct);
        Assert.Equal("mine", kept["model"]!["description"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_requester_cannot_approve_and_somebody_else_can()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ModelWithVersionAsync("approval", 2, ct);
        var opened = await PromoteAsync(stack.Admin, model, "production", null, ct);
        var id = opened["promotion"]!["id"]!.GetValue<string>();
        await StateAsync(id, "AWAITING_APPROVAL", ct);
        var approver = await stack.PersonAsync("APPROVER", ct);

        await stack.Admin.ChangeAsync("approvePromotion", new { promotion = id }, "promotion { state }", ct, "ApprovalByRequesterError");
        await approver.ChangeAsync("approvePromotion", new { promotion = id }, "promotion { state }", ct);

        await StateAsync(id, "LIVE", ct);
    }

    [Theory]
    [InlineData("VIEWER")]
    [InlineData("APPROVER")]
    public async Task Without_the_role_nobody_promotes(string role)
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ModelWithVersionAsync("roles", 2, ct);
        var caller = await stack.WithRoleAsync(role, ct);

        var answer = await caller.SendAsync(Document, new { input = Input(model, "staging", null) }, ct);

        Assert.Contains("AUTH_NOT_AUTHORIZED", answer["errors"]!.ToJsonString(), StringComparison.Ordinal);
        var promotions = await stack.Admin.AskAsync("query($m: String!) { promotions(where: { model: { eq: $m } }) { totalCount } }", new { m = model }, ct);
        Assert.Equal(0, promotions["promotions"]!["totalCount"]!.GetValue<int>());
    }

    private const string Document = """
        mutation($input: PromoteVersionInput!) {
          promoteVersion(input: $input) {
            promotion { id }
            errors { __typename ... on PromotionInProgressError { promotion } ... on Error { message } }
          }
        }
        """;

    private static object Input(string model, string environment, string? key) =>
        new { model, version = 1, environment, idempotencyKey = key };

    private static async Task<JsonNode> PromoteAsync(Graph caller, string model, string environment, string? key, CancellationToken ct) =>
        (await caller.AskAsync(Document, new { input = Input(model, environment, key) }, ct))["promoteVersion"]!;

    private Task StateAsync(string promotion, string state, CancellationToken ct) =>
        Eventually.HoldsAsync($"the promotion is {state}", async () =>
        {
            var data = await stack.Admin.AskAsync("query($id: ID!) { promotion(id: $id) { state reason } }", new { id = promotion }, ct);
            return data["promotion"]!["state"]!.GetValue<string>() == state;
        }, TimeSpan.FromSeconds(60), ct);
}
