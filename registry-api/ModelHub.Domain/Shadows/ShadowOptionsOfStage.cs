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
        if (stage.Limits.MinQuality is not null)
            return new InvalidInput($"{field}.limits.minQuality", "not in a shadow stage: nobody is given its answers, so no label arrives for them");
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
}
