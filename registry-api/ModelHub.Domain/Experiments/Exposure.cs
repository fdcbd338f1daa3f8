namespace ModelHub.Domain.Experiments;

/// <summary>The first time that a key was given an arm. There is one for each key, whichever router saw it and however often.</summary>
public sealed class Exposure
{
    private Exposure()
    {
    }

    public ExperimentId ExperimentId { get; private set; }

    /// <summary>A keyed hash: the key itself is not stored.</summary>
    public Guid Key { get; private set; }

    /// <summary>A keyed hash of the id of that request, by which a label may find the key.</summary>
    public Guid Request { get; private set; }

    /// <summary>The number of the arm.</summary>
    public int Arm { get; private set; }

    /// <summary>Of the first answer that told one, when answers are what counts; null without.</summary>
    public double? Value { get; private set; }

    public DateTimeOffset At { get; private set; }
}
