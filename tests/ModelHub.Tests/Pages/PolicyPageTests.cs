using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.Console.Environments;
using ModelHub.Console.Graph;
using Xunit;

namespace ModelHub.Tests.Pages;

public sealed class PolicyPageTests
{
    private const string Whole =
        """
        {
          "approvals": 2, "approvers": { "roles": ["APPROVER"], "names": ["user:robin", "token:release-bot"] }, "requiredChecks": ["bias-report", "unit-tests"],
          "fromEnvironmentBefore": true, "maxDataAge": "P30D", "shadowTest": { "maxAge": "P7D" },
          "metricGates": [{ "metric": "auc", "margin": 0.005, "direction": "HIGHER_IS_BETTER" }, { "metric": "loss", "margin": -0.1, "direction": "LOWER_IS_BETTER" }],
          "metricLimits": [{ "metric": "auc", "min": 0.75 }],
          "freeze": { "action": "REFUSE", "weekly": [{ "name": "weekend", "days": ["FRIDAY"], "from": "18:00", "to": "18:00", "timeZone": "Europe/Berlin" }],
            "dated": [{ "name": "year-end", "from": "2026-12-20T00:00:00Z", "until": "2027-01-04T00:00:00Z" }] },
          "defaultPlan": { "name": "careful", "stages": [{ "stage": "canary", "weight": 5, "hold": "90s", "minimumSamples": 200, "maximumTime": "10m", "limits": { "maxErrorRate": 0.01 } }, { "stage": "live" }] },
          "watch": { "time": "PT30M", "limits": { "maxErrorRate": 0.02, "maxP99Ms": 80 } }
        }
        """;

    [Fact]
    public void A_policy_is_told_in_words_whole()
    {
        var words = PolicyWords.Of(PolicyRules.Of(JsonNode.Parse(Whole)!)!).ToDictionary(line => line.Name, line => string.Join("; ", line.Texts));

        Assert.Equal("2 people, never the requester; only whoever has the role approver there, robin or token release-bot", words["Approvals"]);
        Assert.Equal("live in the environment before first", words["Comes from"]);
        Assert.Equal("bias-report must have passed; unit-tests must have passed", words["Checks"]);
        Assert.Equal("auc at least 0.005 higher; loss at most 0.1 higher", words["Against the live version"]);
        Assert.Equal("auc at least 0.75", words["Metrics"]);
        Assert.Equal("the newest at most 30 days old", words["Data"]);
        Assert.Equal("passed against the live version at most 7 days ago", words["Shadow test"]);
        Assert.Equal(
            "weekend: Fri from 18:00 to 18:00 of the next day, Europe/Berlin; year-end: 20 Dec 2026, 00:00 UTC to 4 Jan 2027, 00:00 UTC; meanwhile nobody may ask for a promotion", words["Freezes"]);
        Assert.Equal("careful: 5 % for 90 seconds or more, then all traffic", words["Rollout"]);
        Assert.Equal("for 30 minutes: errors at most 2 %, p99 at most 80 ms; else all traffic goes back", words["Watched"]);
    }

    [Fact]
    public void A_policy_that_asks_for_nothing_says_so_and_one_that_is_none_has_no_words()
    {
        var words = PolicyWords.Of(PolicyRules.Of(JsonNode.Parse("""{ "approvals": 0 }""")!)!);

        Assert.Equal(["Always", "Approvals", "Rollout", "Watched"], words.Select(line => line.Name));
        Assert.Equal("none asked for", words[1].Texts[0]);
        Assert.Null(PolicyRules.Of(JsonNode.Parse("""{ "approvals": "many" }""")!));
    }

    [Fact]
    public void What_the_api_shows_is_written_without_what_is_not_asked_for_and_reads_back_the_same()
    {
        var shown = JsonDocument.Parse("""{ "approvals": 1, "approvers": null, "requiredChecks": [], "watch": { "time": "PT5M", "limits": { "maxErrorRate": 0.1, "maxP50Ms": null } } }""").RootElement;

        var written = PolicyText.Written(shown);

        Assert.Equal("""{"approvals":1,"watch":{"time":"PT5M","limits":{"maxErrorRate":0.1}}}""", written.ToJsonString());
        Assert.True(JsonNode.DeepEquals(written, PolicyText.Read(PolicyText.Of(written)).Policy));
        var whole = JsonNode.Parse(Whole)!;
        Assert.True(JsonNode.DeepEquals(whole, PolicyText.Read(PolicyText.Of(whole)).Policy));
    }

    [Theory]
    [InlineData("{ \"approvals\": 1,\n  oops }", "Line 2, character 3:")]
    [InlineData("{ \"approvals\": 1, \"approvals\": 2 }", "approvals")]
    [InlineData("[1]", "A policy is a JSON object")]
    [InlineData("", "Line 1, character 1:")]
    public void A_text_that_is_no_object_says_where_and_why(string text, string words)
    {
        var draft = new PolicyDraft(text);

        Assert.Null(draft.Policy);
        Assert.Contains(words, draft.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void The_form_changes_what_it_was_told_and_loses_nothing_else()
    {
        var text = Whole.Replace("\"approvals\": 2", "\"approvals\": 2, \"notKnownHere\": { \"deep\": [1, null, \"ü\"] }", StringComparison.Ordinal);
        var draft = new PolicyDraft(text);

        draft.Set("approvals", PolicyDraft.Number("3"));
        draft.Set("watch.limits.maxP99Ms", PolicyDraft.Number("80.5"));
        draft.Set(draft.Entries("metricGates")[0], "margin", PolicyDraft.Number("0.01"));
        draft.Set("maxDataAge", Spans.Write(14, "days"));

        var expected = JsonNode.Parse(text)!;
        (expected["approvals"], expected["watch"]!["limits"]!["maxP99Ms"], expected["metricGates"]![0]!["margin"], expected["maxDataAge"]) = (3, 80.5m, 0.01m, "P14D");
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(draft.Text)), draft.Text);
        Assert.Contains("ü", draft.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_that_is_set_and_emptied_again_leaves_the_policy_as_it_was()
    {
        var draft = new PolicyDraft("""{ "approvals": 0 }""");

        draft.Set("watch.limits.maxErrorRate", PolicyDraft.Number("0.1"));
        draft.Set("watch.limits.maxErrorRate", PolicyDraft.Number(""));
        draft.Add("freeze.weekly", new JsonObject { ["name"] = "w" });
        draft.Remove("freeze.weekly", draft.Entries("freeze.weekly")[0]);
        draft.Set("requiredChecks", PolicyDraft.Words("a, b\nc"));
        Assert.Equal(["a", "b", "c"], draft.Texts("requiredChecks"));
        draft.Set("requiredChecks", PolicyDraft.Words(" , "));

        Assert.Equal("""{"approvals":0}""", draft.Policy!.ToJsonString());
    }

    [Fact]
    public void A_change_is_named_by_its_setting_and_entries_of_lists_by_their_name()
    {
        var before = JsonNode.Parse(Whole)!.AsObject();
        var draft = new PolicyDraft(Whole);
        draft.Set("approvals", PolicyDraft.Number("1"));
        draft.Set("requiredChecks", PolicyDraft.Words("unit-tests, load-test"));
        draft.Set(draft.Entries("metricGates")[1], "margin", PolicyDraft.Number("0"));
        draft.Remove("metricGates", draft.Entries("metricGates")[0]);
        draft.Add("metricLimits", new JsonObject { ["metric"] = "f1", ["min"] = 0.5 });
        draft.Set("shadowTest", null);
        draft.Set("defaultPlan", PolicyDraft.Word("canary"));

        var changes = PolicyDiff.Of(before, draft.Policy!);

        Assert.Equal(
            [
                new("approvals", "2", "1"), new("requiredChecks", "bias-report", null), new("requiredChecks", null, "load-test"), new("shadowTest", "maxAge P7D", null),
                new("metricGates auc", "margin 0.005, direction HIGHER_IS_BETTER", null), new("metricGates loss margin", "-0.1", "0"), new("metricLimits f1", null, "min 0.5"),
            ],
            changes.Take(7));
        Assert.Equal(("defaultPlan", "canary"), (changes[7].Setting, changes[7].After));
        Assert.Equal(8, changes.Count);
        Assert.Empty(PolicyDiff.Of(before, JsonNode.Parse(Whole)!.AsObject()));
    }

    [Fact]
    public void A_part_that_comes_whole_is_told_setting_by_setting_and_a_plan_in_its_words()
    {
        var changes = PolicyDiff.Of(new JsonObject(), JsonNode.Parse(Whole)!.AsObject()).ToLookup(change => change.Setting, change => change.After);

        Assert.Equal(["roles APPROVER, names user:robin, token:release-bot"], changes["approvers"]);
        Assert.Equal(["days FRIDAY, from 18:00, to 18:00, timeZone Europe/Berlin"], changes["freeze weekly weekend"]);
        Assert.Equal(["PT30M"], changes["watch time"]);
        Assert.Equal(["maxErrorRate 0.02, maxP99Ms 80"], changes["watch limits"]);
        Assert.Equal(["careful: 5 % for 90 seconds or more, then all traffic"], changes["defaultPlan"]);
        Assert.Equal(PolicyDiff.Of(JsonNode.Parse(Whole)!.AsObject(), new JsonObject()).Select(change => (change.Setting, change.Before)), changes.SelectMany(group => group.Select(after => (group.Key, after))));
    }

    [Theory]
    [InlineData("P30D", "30 days")]
    [InlineData("P1D", "1 day")]
    [InlineData("PT36H", "36 hours")]
    [InlineData("PT90S", "90 seconds")]
    [InlineData("10m", "10 minutes")]
    [InlineData("PT0.5S", "PT0.5S")]
    [InlineData("soon", "soon")]
    public void A_time_is_told_in_the_largest_unit_without_a_fraction(string text, string words) => Assert.Equal(words, Spans.Words(text));

    [Theory]
    [InlineData("P30D")]
    [InlineData("PT36H")]
    [InlineData("PT30M")]
    [InlineData("PT45S")]
    public void A_time_goes_through_number_and_unit_and_back(string text)
    {
        var (number, unit) = Spans.Parts(text)!.Value;

        Assert.Equal(text, Spans.Write(number, unit));
    }

    [Fact]
    public void A_draft_goes_into_an_address_and_back_and_nothing_else_comes_out_of_one()
    {
        Assert.Equal(Whole, DraftLink.Unpack(DraftLink.Pack(Whole)));
        Assert.True(DraftLink.Pack(Whole)!.Length < 1_000);
        Assert.Null(DraftLink.Pack(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i * 7919 % 65_537:x}"))));
        Assert.Null(DraftLink.Unpack("bm90IHBhY2tlZA"));
        Assert.Null(DraftLink.Unpack("%%%"));
        Assert.Null(DraftLink.Unpack(null));
        Assert.Null(DraftLink.Unpack(DraftLink.Pack(new string('a', 1 << 20))));
    }

    [Fact]
    public void Who_typed_nothing_follows_what_others_save_and_who_typed_is_told_and_chooses()
    {
        var (old, now) = (Place(1, 5, """{ "approvals": 1 }"""), Place(2, 6, """{ "approvals": 2 }"""));

        var idle = PolicyEdit.Begin(old, null).Seen(now);
        Assert.Equal((2, 6L, false), (idle.Number, idle.Revision, idle.IsTouched));

        var busy = PolicyEdit.Begin(old, null);
        busy.Draft.Set("approvals", 3);
        busy = busy.Seen(now);
        Assert.Equal((1, 5L), (busy.Number, busy.Revision));
        Assert.Equal("user:mara", busy.Theirs(now)!.ChangedBy);
        Assert.Equal([new PolicyChange("approvals", "1", "2")], busy.TheirChanges(now));
        var mine = busy.Rebased(now);
        Assert.Null(mine.Theirs(now));
        Assert.Equal([new PolicyChange("approvals", "2", "3")], mine.Changes);
    }

    [Fact]
    public void An_environment_that_only_moved_is_saved_at_its_new_revision()
        => Assert.Equal(9, PolicyEdit.Begin(Place(1, 5, """{ "approvals": 1 }"""), """{ "approvals": 4 }""").Seen(Place(1, 9, """{ "approvals": 1 }""")).Revision);

    [Fact]
    public void A_place_in_the_order_is_told_with_what_it_means_for_champions_and_for_those_that_ask_for_the_one_before()
    {
        Placed[] order = [new("staging", 1, false), new("production", 3, true)];

        Assert.Equal(
            [
                "trial is then number 2 of 3, after staging and before production.", "Champions stay what goes live in production, the highest.",
                "production asks for versions that were live in the environment before: that is then trial.",
            ],
            EnvironmentOrder.Words(order, "trial", 2));
        Assert.Equal(
            [
                "staging is then number 2 of 2, after production.", "staging is then the highest: from its next promotion on, what goes live there becomes the champion of its model.",
                "production asks for versions that were live in the environment before, and none would come before it: that is refused.",
            ],
            EnvironmentOrder.Words(order, "staging", 4));
        Assert.Equal(("production", 4), (EnvironmentOrder.Taken(order, "trial", 3), EnvironmentOrder.Free(order)));
        Assert.Null(EnvironmentOrder.Taken(order, "production", 3));
    }

    [Theory]
    [InlineData("AWAITING_APPROVAL", "FAIL", 0, "is refused")]
    [InlineData("AWAITING_APPROVAL", "PASS", 1, "waits for 1 more approval")]
    [InlineData("AWAITING_APPROVAL", "PASS", 2, "goes on")]
    [InlineData("GATES_EVALUATING", "INCONCLUSIVE", 0, "waits for what is missing")]
    [InlineData("ROLLING_OUT", "FAIL", 2, "goes back when its stage ends")]
    public void What_becomes_of_a_promotion_under_way_follows_from_its_state_and_the_gates(string state, string verdict, int approved, string outcome)
        => Assert.Equal(outcome, new ReviewedPromotion("p", "m", 1, state, verdict, approved, 2, []).Outcome);

    [Fact]
    public void A_page_of_history_tells_of_each_version_what_it_changed_and_of_the_first_that_it_was_the_first()
    {
        PolicyVersionEdge Edge(int number) => new($"c{number}", new(number, "d", "user:mara", DateTimeOffset.UnixEpoch, null, JsonDocument.Parse($$"""{ "approvals": {{number}} }""").RootElement));
        var part = new PolicyVersions([.. Enumerable.Range(0, ReadPolicyHistory.PageSize + 1).Select(i => Edge(20 - i))], 20);
        var last = new PolicyVersions([Edge(2), Edge(1)], 20);

        Assert.Equal([new PolicyChange("approvals", "10", "11")], part.Shown.Last().Changes!);
        Assert.Equal((ReadPolicyHistory.PageSize, "c11"), (part.Shown.Count(), part.Older));
        Assert.Null(last.Shown.Last().Changes);
        Assert.Null(last.Older);
    }

    private static EnvironmentDetail Place(int number, long revision, string policy) => new(
        "production", 2, revision, number, "d", new UnderWay(0, 0), null, null, [], JsonDocument.Parse(policy).RootElement,
        new Nodes<PolicyMark>([new(number, "user:mara", DateTimeOffset.UnixEpoch, "audit")]));
}
