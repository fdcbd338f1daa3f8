using System.Text.Json.Serialization;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Rollouts;

/// <summary>One step of a rollout plan.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "stage")]
[JsonDerivedType(typeof(Shadow), "shadow")]
[JsonDerivedType(typeof(Canary), "canary")]
[JsonDerivedType(typeof(Live), "live")]
public abstract record Stage
{
    public const int MostSamples = 10_000_000;
    public static readonly TimeSpan LongestHold = TimeSpan.FromDays(7);
    public static readonly TimeSpan LongestTime = TimeSpan.FromDays(30);

    private Stage()
    {
    }

    /// <summary>The word for it in documents.</summary>
    [JsonIgnore]
    public abstract string Kind { get; }

    public abstract Refusal? Check(string field);

    /// <summary>A copy of <paramref name="Percent"/> of the requests goes to the candidate; its answers are compared and given to nobody.</summary>
    public sealed record Shadow(double Percent, int MinimumSamples, TimeSpan MaximumTime, StageLimits Limits) : Stage
    {
        public override string Kind => "shadow";

        public override Refusal? Check(string field) =>
            Percent is > 0 and <= 100 ? Bounds(field, MinimumSamples, MaximumTime, Limits) : new InvalidInput($"{field}.percent", "above 0, at most 100");
    }

    /// <summary>The candidate answers <paramref name="Weight"/> percent of the requests for at least <paramref name="Hold"/>.</summary>
    /// <param name="MinimumSamples">Requests that the candidate and the primary each must have answered before it passes.</param>
    /// <param name="MaximumTime">After that it waits for a person.</param>
    public sealed record Canary(double Weight, TimeSpan Hold, int MinimumSamples, TimeSpan MaximumTime, StageLimits Limits) : Stage
    {
        public override string Kind => "canary";

        public override Refusal? Check(string field)
        {
            if (Weight is not (>= 0.01 and <= 99.99))
                return new InvalidInput($"{field}.weight", "0.01 to 99.99 percent; all of it is the stage live");
            if (Hold < TimeSpan.Zero || Hold > LongestHold)
                return new InvalidInput($"{field}.hold", $"0 s to {LongestHold.TotalDays:0} days");
            return MaximumTime < Hold
                ? new InvalidInput($"{field}.maximumTime", "no shorter than hold")
                : Bounds(field, MinimumSamples, MaximumTime, Limits);
        }
    }

    /// <summary>All traffic.</summary>
    public sealed record Live : Stage
    {
        public override string Kind => "live";

        public override Refusal? Check(string field) => null;
    }

    private static Refusal? Bounds(string field, int samples, TimeSpan time, StageLimits limits)
    {
        if (samples is < 1 or > MostSamples)
            return new InvalidInput($"{field}.minimumSamples", $"1 to {MostSamples}");
        if (time < TimeSpan.FromSeconds(1) || time > LongestTime)
            return new InvalidInput($"{field}.maximumTime", $"1 s to {LongestTime.TotalDays:0} days");
        return limits.IsEmpty
            ? new InvalidInput($"{field}.limits", "at least one: without a limit nothing could be judged")
            : limits.Check($"{field}.limits");
    }
}
