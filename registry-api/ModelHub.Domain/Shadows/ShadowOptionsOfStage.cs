using ModelHub.Domain.Basics;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Shadows;

public static class ShadowOptionsOfStage
{
    /// <summary>A stage of a rollout plan as the options of its test. What a shadow test cannot judge is refused by its name.</summary>
    /// <param name="field">Where the stage stands in the plan, for the refusal.</param>
    public static Result<ShadowOptions> Options(this Stage.Shadow stage, string field)
    {
        if (stage.Limits.MaxPredictionShift is not null)
            return new InvalidInput($"{field}.limits.maxPredictionShift", "not in a shadow stage: minAgreement compares the answers one by one");
        if (stage.Limits.AskForQuality)
            return new InvalidInput($"{field}.limits.{(stage.Limits.MinQuality is null ? "maxQualityDrop" : "minQuality")}", "not in a shadow stage: nobody is given its answers, so no label arrives for them");
        return ShadowOptions.Default with
        {
            Percent = stage.Percent,
            MinimumSamples = stage.MinimumSamples,
            MaximumTime = stage.MaximumTime,
            Limits = new ShadowLimits(
                // Agreement is the share of rows that do not differ.
                MaxDifferenceRate: 1 - stage.Limits.MinAgreement,
                MaxErrorRate: stage.Limits.MaxErrorRate,
                MaxErrorRateOverPrimary: stage.Limits.MaxErrorRateOverPrimary,
                MaxP50Ms: stage.Limits.MaxP50Ms,
                MaxP99Ms: stage.Limits.MaxP99Ms,
                MaxP50Ratio: stage.Limits.MaxP50Ratio,
                MaxP99Ratio: stage.Limits.MaxP99Ratio),
        };
    }

    /// <summary>
    /// How the answers of a canary are held against the primary's. It gets copies of as large a share of what the primary answers as it has of the
    /// traffic, so that they never cost it more than that does. Examples are not kept: nobody chose what to black out of them.
    /// </summary>
    public static ShadowOptions Comparison(this Stage.Canary stage) => ShadowOptions.Default with
    {
        Percent = stage.Weight,
        MinimumSamples = stage.MinimumSamples,
        MaximumTime = stage.MaximumTime < ShadowOptions.ShortestTime ? ShadowOptions.ShortestTime : stage.MaximumTime,
        Limits = new ShadowLimits(MaxDifferenceRate: 1 - stage.Limits.MinAgreement),
        Redacted = ["*"],
        Accompanies = true,
    };
}
