using ModelHub.Protocol;
using ModelHub.Router.Control;
using ModelHub.Router.Mirroring;

namespace ModelHub.Router.Comparing;

/// <summary>Each second, what was found of a shadow goes up the control stream if there is more to tell; each ten seconds anyway, for a word may have been lost.</summary>
internal sealed class SendComparisons(Shadows shadows, StayLinked link, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1);
    private const int Again = 10;
    private readonly Dictionary<Guid, (PairCounts Told, int Age)> told = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Length, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            if (link.IsUp)
                Tell();
    }

    private void Tell()
    {
        var all = shadows.All;
        foreach (var gone in told.Keys.Except(all.Select(s => s.Key)).ToArray())
            told.Remove(gone);
        foreach (var (variant, queue) in all)
        {
            if (queue.Found() is not { } found)
                continue;
            var last = told.GetValueOrDefault(variant);
            if (last.Told == found.Pairs && last.Age < Again)
            {
                told[variant] = (last.Told, last.Age + 1);
                continue;
            }
            link.Send(found);
            told[variant] = (found.Pairs, 0);
        }
    }
}
