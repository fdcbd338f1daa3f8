using ModelHub.Domain.Basics;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Experiments;

/// <summary>
/// Keys are dealt to two or more versions by a hash, and a number of each key tells which version is better. The first arm is the control:
/// the version that had the traffic, whose arm keeps the role of the primary. Once ended, it keeps what it was judged by.
/// </summary>
public sealed partial class Experiment : IRevisioned
{
    public const int FewestArms = 2;
    public const int MostArms = 8;
    public const int SaltBytes = 32;

    /// <summary>How long loading and warming may take.</summary>
    public static readonly TimeSpan PreparingDeadline = Promotion.PlacingDeadline;

    /// <summary>How long the winner stays loaded: who promotes it soon need not wait.</summary>
    public static readonly TimeSpan KeepWarm = TimeSpan.FromMinutes(15);

    /// <summary>How long exposures and labels are kept after the end.</summary>
    public static readonly TimeSpan RowsLive = TimeSpan.FromDays(30);

    private readonly List<ExperimentArm> arms = [];

    private Experiment()
    {
    }

    public ExperimentId Id { get; private set; }

    public EndpointId EndpointId { get; private set; }

    public Endpoint Endpoint { get; private set; } = null!;

    public IReadOnlyList<ExperimentArm> Arms => arms;

    public ExperimentOptions Options { get; private set; } = ExperimentOptions.Default;

    /// <summary>Keys are stored as hashes with this, so that those of one experiment cannot be looked up in another.</summary>
    public byte[] Salt { get; private set; } = [];

    public ExperimentState State { get; private set; }

    /// <summary>Null while it runs, and for one that was stopped.</summary>
    public Verdict? Verdict { get; private set; }

    /// <summary>Why it ended as it did, or what it waits for.</summary>
    public string? Reason { get; private set; }

    /// <summary>What was known when it ended; null before.</summary>
    public ExperimentJudgement? Judgement { get; private set; }

    public string StartedBy { get; private set; } = "";

    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>Since when keys are dealt; null before.</summary>
    public DateTimeOffset? RunningSince { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public long Revision { get; private set; }

    public ExperimentArm Control => arms.Single(a => a.Number == 0);

    /// <summary>Of the arm that won over the control; null when none did.</summary>
    public int? WinnerNumber => Judgement is { Verdict: Gates.Verdict.Pass, Winner: var number } ? number : null;

    public ExperimentArm? Winner => WinnerNumber is { } number ? arms.Single(a => a.Number == number) : null;

    public ExperimentJudgement Judge(IReadOnlyList<ArmTotals> totals) => ExperimentJudge.Judge(totals, [.. arms.OrderBy(a => a.Number).Select(a => (a.Name, a.Share))], Options);

    public void Run(DateTimeOffset now)
    {
        Become(ExperimentState.Running, null, now);
        RunningSince = now;
    }

    public void End(ExperimentJudgement judgement, DateTimeOffset now)
    {
        Become(ExperimentState.Concluded, judgement.Reason, now);
        (Verdict, Judgement, EndedAt) = (judgement.Verdict, judgement, now);
    }

    /// <summary>Possible at any moment; what was known until then is kept, without a verdict.</summary>
    public Refusal? Stop(string? reason, IReadOnlyList<ArmTotals> totals, DateTimeOffset now)
    {
        if (Texts.Longer("reason", reason, Limits.Reason) is { } refusal)
            return refusal;
        if (State.HasEnded())
            return new ExperimentEnded(State);
        Become(ExperimentState.Stopped, string.IsNullOrWhiteSpace(reason) ? "stopped by hand" : reason, now);
        (Judgement, EndedAt) = (Judge(totals) with { Verdict = Gates.Verdict.Inconclusive, Winner = null }, now);
        return null;
    }

    /// <summary>Says what it waits for; does not count as a step.</summary>
    public void Explain(string waitingFor, DateTimeOffset now)
    {
        if (Reason != waitingFor)
            (Reason, UpdatedAt) = (waitingFor, now);
    }

    private void Become(ExperimentState to, string? reason, DateTimeOffset now)
    {
        if (!State.MayBecome(to))
            throw new InvalidOperationException($"No arrow leads from {State} to {to}.");
        (State, Reason, UpdatedAt) = (to, reason, now);
    }
}
