using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Experiments;

/// <summary>A number that arrived for a key, or for a request of it. It may arrive before the exposure does.</summary>
public sealed class ExperimentLabel
{
    /// <summary>How many come at once.</summary>
    public const int MostAtOnce = 10_000;
    public const int MostKey = 256;
    public const double Largest = 1e12;

    private ExperimentLabel()
    {
    }

    public ExperimentId ExperimentId { get; private set; }

    /// <summary>A keyed hash of the key or of the request's id.</summary>
    public Guid Subject { get; private set; }

    public double Value { get; private set; }

    /// <summary>When it became known. Of several for one key the latest counts.</summary>
    public DateTimeOffset At { get; private set; }

    public static Refusal? Check(string? key, string? request, double value) => (key, request) switch
    {
        (null, null) or ({ }, { }) => new InvalidInput("labels", "each with a key or a request, not both"),
        _ when (key ?? request)!.Length is 0 or > MostKey => new InvalidInput(key is null ? "labels.request" : "labels.key", $"1 to {MostKey} characters"),
        _ when !(Math.Abs(value) <= Largest) => new InvalidInput("labels.value", "a finite number between -1e12 and 1e12"),
        _ => null,
    };
}
