namespace ModelHub.Domain.Monitoring;

/// <summary>Which labelled windows of a version others are held against, and which tell how far its confidence can be believed.</summary>
public static class OutcomeReference
{
    /// <summary>As many as predictions are held against.</summary>
    private const int FirstWindows = 6;

    /// <summary>
    /// Of the chosen time those that lie in it; else those that the version began with: six with labels, and more as long as they have too few rows
    /// together.
    /// </summary>
    /// <param name="windows">Those of the version with labels, from its first, in the order of time.</param>
    /// <param name="before">Begin of the window that is judged.</param>
    /// <returns>Null while there are not enough.</returns>
    public static Outcomes? Of(IEnumerable<OutcomeWindow> windows, MonitoringPolicy policy, DateTimeOffset before)
    {
        var (sum, count) = (Outcomes.None, 0);
        foreach (var window in windows.Where(w => w.To <= before))
        {
            if (policy.Baseline is { } chosen ? window.From < chosen.From || window.To > chosen.To : count >= FirstWindows && sum.Rows >= policy.MinimumSamples)
                continue;
            sum = sum.Plus(window.Outcomes);
            count++;
        }
        return (policy.Baseline is null && count < FirstWindows) || sum.Rows < policy.MinimumSamples ? null : sum;
    }
}
