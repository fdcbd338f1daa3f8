using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Monitoring;

/// <summary>Judges a share of rows or requests: it is a breach when the true share lies beyond the limit for certain, as far as so many can tell.</summary>
internal static class ShareOf
{
    /// <param name="usual">The share that the baseline had; the limit is above that.</param>
    /// <param name="level">The chance of a breach where there is none.</param>
    public static MonitorValue Judge(WindowFacts facts, string measure, string? column, long bad, long of, double level, double usual = 0)
    {
        var limit = facts.Policy.LimitOf(measure)?.Above + usual;
        var value = facts.Value(measure, of, column) with { Threshold = limit };
        if (of == 0 || of < facts.Policy.MinimumSamples)
            return value;
        var atLeast = Binomial.AtLeast(bad, of, level);
        return value with { Value = (double)bad / of, Bound = atLeast, Breached = limit is { } most ? atLeast > most : null };
    }
}
