using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Rollouts;

/// <summary>The ordered stages by which a version comes to all of an endpoint's traffic. The last one is live.</summary>
public sealed record RolloutPlan(string Name, IReadOnlyList<Stage> Stages)
{
    public const int MostStages = 20;

    /// <summary>All traffic at once, the predecessor kept warm.</summary>
    public static readonly RolloutPlan BlueGreen = new("blue-green", [new Stage.Live()]);

    /// <summary>A small share, then half, each compared with the primary at the same time.</summary>
    public static readonly RolloutPlan Canary = new("canary",
    [
        new Stage.Canary(10, TimeSpan.FromSeconds(60), 200, TimeSpan.FromMinutes(30), StageLimits.Usual),
        new Stage.Canary(50, TimeSpan.FromSeconds(60), 500, TimeSpan.FromMinutes(30), StageLimits.Usual),
        new Stage.Live(),
    ]);

    /// <summary>First a copy of the requests, whose answers nobody is given, then as <see cref="Canary"/>.</summary>
    public static readonly RolloutPlan ShadowCanary = new("shadow-canary",
        [new Stage.Shadow(100, 500, TimeSpan.FromMinutes(60), new StageLimits(MaxErrorRate: 0.01, MinAgreement: 0.95)), .. Canary.Stages]);

    public static readonly IReadOnlyList<RolloutPlan> BuiltIn = [BlueGreen, Canary, ShadowCanary];

    /// <summary>Null: nobody has named a plan so.</summary>
    public static RolloutPlan? Named(string name) => BuiltIn.FirstOrDefault(plan => plan.Name == name);

    /// <summary>Null, or the first thing in it that cannot be done, named by its place.</summary>
    public Refusal? Check(string field = "plan")
    {
        if (EntityName.NotASimpleName($"{field}.name", Name) is { } badName)
            return badName;
        if (Stages.Count is 0 or > MostStages)
            return new InvalidInput($"{field}.stages", $"1 to {MostStages}");
        if (Stages[^1] is not Stage.Live || Stages.Count(stage => stage is Stage.Live) != 1)
            return new InvalidInput($"{field}.stages", "the last stage, and no other, is live");
        if (Stages.SkipWhile(stage => stage is Stage.Shadow).Any(stage => stage is Stage.Shadow))
            return new InvalidInput($"{field}.stages", "shadow stages stand before those that take traffic");
        return Stages.Select((stage, i) => stage.Check($"{field}.stages[{i}]")).FirstOrDefault(refusal => refusal is not null);
    }

    public bool Equals(RolloutPlan? other) => other is not null && Name == other.Name && Stages.SequenceEqual(other.Stages);

    public override int GetHashCode() => HashCode.Combine(Name, Stages.Count);
}
