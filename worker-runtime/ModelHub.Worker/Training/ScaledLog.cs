using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Training;

/// <summary>A part of a bar.</summary>
internal sealed class ScaledLog(IProgressLog inner, double from, double to) : IProgressLog
{
    public void Progress(double share, string? line = null) => inner.Progress(from + (to - from) * share, line);

    public void Line(string text) => inner.Line(text);
}
