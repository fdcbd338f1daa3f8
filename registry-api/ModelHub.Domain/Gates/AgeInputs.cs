using System.Globalization;
using ModelHub.Domain.Environments;

namespace ModelHub.Domain.Gates;

/// <param name="Newest">The newest data version in the lineage; null: it names none.</param>
/// <param name="At">When it was looked at.</param>
public sealed record DataAgeInputs(TimeSpan MaxAge, DataSeen? Newest, DateTimeOffset At) : GateInputs
{
    public override string Gate => "data-age";

    public override Judgement Judge()
    {
        if (Newest is null)
            return Judgement.Inconclusive("no data version is in its lineage");

        // The words name no age: they would change with every look, and the evidence with them.
        var words = $"its newest data, {Newest.Name}, is of {Ages.Day(Newest.At)}, and may be {Ages.Words(MaxAge)} old";
        return Ages.IsAhead(Newest.At, At) ? Judgement.Inconclusive($"{words}: a clock is wrong")
            : At - Newest.At <= MaxAge ? Judgement.Pass(words) : Judgement.Fail(words);
    }
}

/// <param name="Champion">The number of the version that has the traffic; null: none has.</param>
public sealed record ShadowTestInputs(ShadowTestRule Rule, ShadowTestSeen? Test, int? Champion, DateTimeOffset At) : GateInputs
{
    public override string Gate => "shadow-test";

    public override Judgement Judge() => (Test, Champion) switch
    {
        (_, null) => Judgement.Pass("no version to be compared with"),
        (null, _) => Judgement.Inconclusive("no shadow test"),
        ({ Verdict: null }, _) => Judgement.Inconclusive("its shadow test is not over"),
        ({ EndedAt: null }, _) => Judgement.Inconclusive("its shadow test does not say when it ended"),
        ({ Against: var against }, { } champion) when against != champion =>
            Judgement.Inconclusive($"its shadow test was against version {against}, and version {champion} has the traffic"),
        ({ EndedAt: { } ended }, _) when Ages.IsAhead(ended, At) => Judgement.Inconclusive("its shadow test ended in the future: a clock is wrong"),
        ({ EndedAt: { } ended }, _) when At - ended > Rule.MaxAge =>
            Judgement.Inconclusive($"its shadow test ended on {Ages.Day(ended)}, more than {Ages.Words(Rule.MaxAge)} ago"),
        ({ Verdict: { } verdict }, _) => new(verdict, $"its shadow test against version {Champion} ended {verdict}: {Test.Reason ?? "no reason given"}"),
    };
}

internal static class Ages
{
    /// <summary>By how much two good clocks may differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    public static bool IsAhead(DateTimeOffset then, DateTimeOffset now) => then - now > Skew;

    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>30 days, 36 hours, 90 minutes: the largest unit that tells it exactly.</summary>
    public static string Words(TimeSpan span) => span switch
    {
        _ when span.Ticks % TimeSpan.TicksPerDay == 0 => $"{span.Days} days",
        _ when span.Ticks % TimeSpan.TicksPerHour == 0 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} hours"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0.#} minutes"),
    };
}
