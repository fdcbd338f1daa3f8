using ModelHub.Domain.Basics;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Predictions;

public readonly record struct LabelId(Guid Value) : IId<LabelId>
{
    public static LabelId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static LabelId From(Guid value) => new(value);
}

/// <summary>
/// The truth of one row of a request, as it arrived. Every arrival is kept, so that it can be told what was known when; which one
/// counts says <see cref="KnownLabel"/>. It may arrive before the prediction is written down.
/// </summary>
public sealed class Label
{
    /// <summary>How many come at once.</summary>
    public const int MostAtOnce = 10_000;
    public const int MostRequest = 128;
    public const int MostValue = 256;
    public const int MostSource = 100;

    private Label()
    {
    }

    public LabelId Id { get; private set; }

    public EndpointId EndpointId { get; private set; }

    public string RequestId { get; private set; } = "";

    /// <summary>Which row of the request, from 0.</summary>
    public int Row { get; private set; }

    /// <summary>The name of a class or a number, see <see cref="LabelValue"/>.</summary>
    public string Value { get; private set; } = "";

    /// <summary>When it was true: of several for one row the latest counts.</summary>
    public DateTimeOffset ObservedAt { get; private set; }

    /// <summary>When it came here.</summary>
    public DateTimeOffset ArrivedAt { get; private set; }

    /// <summary>Who or what says so.</summary>
    public string Source { get; private set; } = "";
}
