using System.Globalization;
using ModelHub.Domain.Access;
using ModelHub.Domain.Alerts;
using ModelHub.Domain.Basics;
using Xunit;

namespace ModelHub.Tests.Domain.Alerts;

/// <summary>Readings of a minute each; they are judged as the loop judges them, one after the other, on what stood before.</summary>
public sealed class AlertRuleTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly AlertCondition Share = AlertCondition.Default with { Limit = 0.2, Window = TimeSpan.FromMinutes(1) };

    /// <summary>One sign per minute: a dot where nothing stands, p pending, F firing. A dash is a minute that says nothing.</summary>
    [Theory]
    [InlineData(0, 0, "0.1 0.2 0.1 0.2", "....")]
    [InlineData(0, 0, "0.3 0.1", "F.")]
    [InlineData(2, 0, "0.3 0.3 0.3 0.1", "ppF.")]
    [InlineData(2, 0, "0.3 0.3 0.1 0.3 0.3 0.3", "pp.ppF")]
    [InlineData(2, 0, "0.3 0.2 0.3 0.2 0.3 0.2", "p.p.p.")]
    [InlineData(0, 0, "0.3 0.2 0.195 0.201 0.2 0.18", "FFFFF.")]
    [InlineData(0, 2, "0.3 0.1 0.1 0.3 0.1 0.1 0.1", "FFFFFF.")]
    [InlineData(0, 2, "0.3 0.1 0.2 0.1 0.1 0.1", "FFFFF.")]
    [InlineData(0, 0, "0.3 - - - - -", "FFFFFF")]
    [InlineData(1, 0, "0.3 - - - - -", "pppppp")]
    [InlineData(2, 0, "0.3 0.3 - 0.3", "pppF")]
    [InlineData(2, 0, "0.3 0.3 - - 0.3 0.3 0.3", "ppppppF")]
    [InlineData(0, 0, "- - - -", "....")]
    [InlineData(0, 3, "0.3 0.1 - - - 0.1 0.1 0.1 0.1", "FFFFFFFF.")]
    public void A_value_passes_through_the_states(int @for, int keep, string values, string states)
    {
        var rule = Rule(Share with { For = TimeSpan.FromMinutes(@for), KeepFiring = TimeSpan.FromMinutes(keep) });

        var passed = Play(rule, Values(values));

        Assert.Equal(states, passed);
    }

    [Theory]
    [InlineData("0.8 0.9 0.95 0.8", "F..F")]
    [InlineData("0.8 0.87 0.88 0.895", "FFF.")]
    public void A_floor_is_broken_from_below_and_held_from_above(string values, string states)
    {
        var rule = Rule(Share with { Comparison = AlertComparison.Below, Limit = 0.85 });

        Assert.Equal(states, Play(rule, Values(values)));
    }

    [Fact]
    public void A_value_that_hovers_about_its_limit_fires_once()
    {
        var rule = Rule(Share);

        var states = Play(rule, [.. Enumerable.Range(0, 500).Select(i => Minute(i, 0.2 + (0.009 * Math.Sin(i))))]);

        Assert.Equal(new string('F', 499), states.TrimStart('.'));
    }

    [Fact]
    public void Many_columns_beyond_become_one_alert_that_names_them_the_farthest_first()
    {
        var rule = Rule(Share with { Column = AlertCondition.Any });
        var readings = Enumerable.Range(0, 50).Select(i => Minute(0, i < 40 ? 0.2 + (i / 100.0) : 0.05, column: $"c{i:D2}")).Append(Minute(0, 9)).ToList();

        var stand = Assert.IsType<AlertStep.Stand>(rule.Next(Facts([], readings), Start));

        Assert.Equal((AlertState.Firing, 39), (stand.State, stand.Items.Count));
        Assert.Equal(["c39", "c38"], stand.Items.Take(2).Select(i => i.Column));
    }

    [Fact]
    public void A_figure_counts_only_with_the_significance_that_is_left_after_the_correction()
    {
        var rule = Rule(Share with { Column = AlertCondition.Any, Significance = 0.05 });

        var step = rule.Next(Facts([], [Minute(0, 0.9, column: "a", p: 0.2), Minute(0, 0.9, column: "b"), Minute(0, 0.3, column: "c", p: 0.04)]), Start);

        Assert.Equal(["c"], Assert.IsType<AlertStep.Stand>(step).Items.Select(i => i.Column));
    }

    [Fact]
    public void Without_a_limit_each_figure_is_held_against_its_own_and_without_any_nothing_is_said()
    {
        var rule = Rule(Share with { Column = AlertCondition.Any, Limit = null });

        var step = rule.Next(Facts([], [Minute(0, 0.3, column: "a", threshold: 0.4), Minute(0, 0.3, column: "b", threshold: 0.25), Minute(0, 9, column: "c")]), Start);

        Assert.Equal([("b", 0.25)], Assert.IsType<AlertStep.Stand>(step).Items.Select(i => (i.Column, i.Limit!.Value)));
    }

    [Fact]
    public void Shares_of_a_longer_window_are_weighted_by_their_samples()
    {
        var rule = Rule(Share with { Window = TimeSpan.FromMinutes(2), MinimumSamples = 400 });

        var step = rule.Next(Facts([], [Minute(0, 0.9, samples: 10), Minute(1, 0.3, samples: 300), Minute(2, 0.1, samples: 100)]), Start);

        var item = Assert.Single(Assert.IsType<AlertStep.Stand>(step).Items);
        Assert.Equal((0.25, 400), (item.Value!.Value, item.Samples), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-12 && a.Item2 == b.Item2);
    }

    [Theory]
    [InlineData(AlertAggregate.Latest, 0.1)]
    [InlineData(AlertAggregate.Highest, 0.5)]
    [InlineData(AlertAggregate.Lowest, 0.1)]
    public void Other_figures_of_a_window_are_taken_as_the_rule_says(AlertAggregate aggregate, double expected)
    {
        var rule = Rule(Share with { Window = TimeSpan.FromMinutes(5), Aggregate = aggregate, Limit = 0.05 });

        var step = rule.Next(Facts([], [Minute(1, 0.1), Minute(0, 0.5)]), Start);

        Assert.Equal(expected, Assert.Single(Assert.IsType<AlertStep.Stand>(step).Items).Value);
    }

    [Fact]
    public void Too_few_samples_say_nothing()
    {
        var rule = Rule(Share with { MinimumSamples = 101 });

        Assert.IsType<AlertStep.Rest>(rule.Next(Facts([], [Minute(0, 0.9)]), Start));
    }

    [Fact]
    public void The_same_facts_change_nothing_twice()
    {
        var rule = Rule(Share);
        Reading[] readings = [Minute(0, 0.9)];

        var stand = Assert.IsType<AlertStep.Stand>(rule.Next(Facts([], readings), Start));

        Assert.IsType<AlertStep.Stay>(rule.Next(Facts(stand.Items, readings), Start.AddHours(5)));
    }

    [Fact]
    public void What_a_version_did_is_over_when_it_serves_no_more()
    {
        var rule = Rule(Share);
        var stand = Assert.IsType<AlertStep.Stand>(rule.Next(Facts([], [Minute(0, 0.9)]), Start));

        var step = rule.Next(Facts(stand.Items, [Minute(0, 0.9)]) with { Serving = new Dictionary<int, DateTimeOffset> { [2] = Start } }, Start);

        Assert.Equal("version 1 does not serve any more", Assert.IsType<AlertStep.Resolve>(step).Reason);
    }

    [Fact]
    public void A_disabled_rule_resolves_what_fired_and_drops_what_did_not()
    {
        var rule = Rule(Share);
        var items = Assert.IsType<AlertStep.Stand>(rule.Next(Facts([], [Minute(0, 0.9)]), Start)).Items;

        rule.Change(new AlertRuleSettings(Share, AlertSeverity.Info, Enabled: false, null), Start);

        Assert.Equal("the rule was disabled", Assert.IsType<AlertStep.Resolve>(rule.Next(Facts(items, []), Start)).Reason);
        Assert.IsType<AlertStep.Lapse>(rule.Next(Facts([items[0] with { Firing = false }], []), Start));
        Assert.IsType<AlertStep.Rest>(rule.Next(Facts([], [Minute(0, 0.9)]), Start));
    }

    [Fact]
    public void Figures_that_stay_away_fire_only_where_the_rule_says_so_and_resolve_with_the_next_one()
    {
        var rule = Rule(Share with { AbsentFor = TimeSpan.FromMinutes(10) });
        var late = Start.AddMinutes(11);

        Assert.IsType<AlertStep.Rest>(rule.Next(Facts([], []), Start.AddMinutes(9)));
        Assert.IsType<AlertStep.Rest>(Rule(Share).Next(Facts([], []), late));
        var absent = Assert.IsType<AlertStep.Stand>(rule.Next(Facts([], []), late));
        Assert.IsType<AlertStep.Stay>(rule.Next(Facts(absent.Items, []), late.AddMinutes(5)));
        var back = rule.Next(Facts(absent.Items, [Minute(11, 0.1)]), late.AddMinutes(6));

        Assert.Equal((AlertState.Firing, null), (absent.State, Assert.Single(absent.Items).Value));
        Assert.IsType<AlertStep.Resolve>(back);
    }

    [Theory]
    [InlineData("measure")]
    [InlineData("column")]
    [InlineData("limit")]
    [InlineData("resolveLimit")]
    [InlineData("significance")]
    [InlineData("minimumSamples")]
    [InlineData("window")]
    [InlineData("for")]
    [InlineData("keepFiring")]
    [InlineData("absentFor")]
    public void Settings_that_make_no_sense_are_refused_by_name(string field)
    {
        var wrong = field switch
        {
            "measure" => Share with { Measure = "Errors" },
            "column" => Share with { Column = "" },
            "limit" => Share with { Limit = double.NaN },
            "resolveLimit" => Share with { ResolveLimit = 0.3 },
            "significance" => Share with { Significance = 0 },
            "minimumSamples" => Share with { MinimumSamples = -1 },
            "window" => Share with { Window = TimeSpan.Zero },
            "for" => Share with { For = TimeSpan.FromDays(8) },
            "keepFiring" => Share with { KeepFiring = TimeSpan.FromSeconds(-1) },
            _ => Share with { AbsentFor = TimeSpan.Zero },
        };

        Assert.Equal(field, Assert.IsType<InvalidInput>(wrong.Check()).Field);
        Assert.Null(Share.Check());
    }

    private static AlertRule Rule(AlertCondition condition) =>
        AlertRule.Create("rule", default, new AlertRuleSettings(condition, AlertSeverity.Warning, Enabled: true, null), Actor.User("ada"), Start).Value;

    private static AlertFacts Facts(IReadOnlyList<AlertItem> open, IReadOnlyList<Reading> readings) =>
        new(open, new Dictionary<int, DateTimeOffset> { [1] = Start }, readings, readings.Where(r => r.Value is not null).Max(r => (DateTimeOffset?)r.To));

    private static IReadOnlyList<Reading> Values(string values) =>
        [.. values.Split(' ').Select((v, i) => Minute(i, v == "-" ? null : double.Parse(v, CultureInfo.InvariantCulture)))];

    private static Reading Minute(int at, double? value, string? column = null, long samples = 100, double? p = null, double? threshold = null) =>
        new(1, column, null, Start.AddMinutes(at), Start.AddMinutes(at + 1), value, samples, p, threshold);

    private static string Play(AlertRule rule, IReadOnlyList<Reading> readings)
    {
        IReadOnlyList<AlertItem> open = [];
        var states = "";
        for (var i = 1; i <= readings.Count; i++)
        {
            var step = rule.Next(Facts(open, [.. readings.Take(i)]), readings[i - 1].To);
            open = step switch
            {
                AlertStep.Stand stand => stand.Items,
                AlertStep.Stay => open,
                _ => [],
            };
            states += open.Count == 0 ? '.' : open.Any(item => item.Firing) ? 'F' : 'p';
        }
        return states;
    }
}
