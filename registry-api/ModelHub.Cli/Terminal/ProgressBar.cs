using System.Diagnostics;

namespace ModelHub.Cli.Terminal;

/// <summary>
/// A bar on standard error for what takes longer than a second. Nothing is drawn when nobody looks, and nothing stays
/// behind.
/// </summary>
internal sealed class ProgressBar(Screen screen, string title) : IDisposable
{
    private const int Width = 30;
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan pace = TimeSpan.FromMilliseconds(100);

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Lock gate = new();
    private TimeSpan lastDrawn;
    private bool drawn;

    /// <summary>Shows how far it is.</summary>
    public void Report(double fraction, string detail = "")
    {
        lock (gate)
        {
            if (!screen.Interactive || clock.Elapsed < patience || clock.Elapsed - lastDrawn < pace)
                return;
            lastDrawn = clock.Elapsed;
            drawn = true;
            screen.Redraw(Draw(title, fraction, detail));
        }
    }

    public void Dispose()
    {
        if (drawn)
            screen.Redraw("");
    }

    internal static string Draw(string title, double fraction, string detail)
    {
        var filled = (int)(Math.Clamp(fraction, 0, 1) * Width);
        return $"{title} [{new string('#', filled)}{new string('.', Width - filled)}] {Math.Clamp(fraction, 0, 1),4:P0} {detail}".TrimEnd();
    }
}
