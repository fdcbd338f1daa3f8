using ModelHub.Protocol;
using ModelHub.Router.Control;

namespace ModelHub.Router.Exposing;

/// <summary>Exposures that wait to be told, each key once. What comes when there is no more room is left out, whatever its arm, and counted.</summary>
internal sealed class PendingExposures(Losses losses)
{
    public const int Most = 50_000;
    private readonly Dictionary<(Guid Experiment, Guid Key), Exposure> pending = [];

    public void Add(Guid experiment, Exposure exposure)
    {
        lock (pending)
        {
            if (pending.TryGetValue((experiment, exposure.Key), out var first))
            {
                // The first stands, and its first value.
                if (first.Value is null && first.VariantId == exposure.VariantId)
                    pending[(experiment, exposure.Key)] = first with { Value = exposure.Value };
            }
            else if (pending.Count < Most)
                pending[(experiment, exposure.Key)] = exposure;
            else
                losses.Exposure(1);
        }
    }

    public IReadOnlyList<Exposures> Take()
    {
        lock (pending)
        {
            List<Exposures> taken =
            [
                .. pending.GroupBy(p => p.Key.Experiment, p => p.Value).SelectMany(g => g.Chunk(Exposures.MostItems).Select(items => new Exposures(g.Key, items))),
            ];
            pending.Clear();
            return taken;
        }
    }
}
