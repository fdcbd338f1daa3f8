using System.Diagnostics;
using ModelHub.Node.Serving;

namespace ModelHub.Node.Caching;

/// <summary>Answers requests from what was kept, where their endpoint wants that.</summary>
internal static class Recall
{
    public const string Header = "x-modelhub-cache";

    /// <returns>whether the slot has its outputs now</returns>
    public static bool TryGive(HttpContext context, LoadedVersion version, Slot slot)
    {
        if (version.Answers is not { } answers || version.RulesOf(context)?.Cache is not { } rule || !answers.TryKey(slot.Request, slot.Key))
            return false;
        var life = rule.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : default(TimeSpan?);
        var kept = answers.Find(slot.Key.Written.Span, life);
        var found = Stopwatch.GetTimestamp();
        if (kept is null)
        {
            version.Statistics.Missed(found - slot.ReadAt);
            return false;
        }
        version.Statistics.Hit(found - slot.ReadAt);
        slot.Give(kept);
        // Nothing was waited for and nothing run.
        slot.ReadAt = slot.RanAt = found;
        context.Response.Headers[Header] = "hit";
        return true;
    }

    /// <summary>Keeps the outputs that the slot's run gave, if they were looked for in vain.</summary>
    public static void Keep(LoadedVersion version, Slot slot)
    {
        if (slot.Key.Count > 0)
            version.Answers!.Keep(slot.Key.Written.Span, slot.Output, slot.Request.Wanted.Length);
    }
}
