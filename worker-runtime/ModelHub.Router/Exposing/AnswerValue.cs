using ModelHub.Protocol;
using ModelHub.Router.Comparing;

namespace ModelHub.Router.Exposing;

internal static class AnswerValue
{
    /// <returns>null when the answer does not tell it of each of its rows, or it is no finite number</returns>
    public static double? Of(IReadOnlyDictionary<string, ReadOutput>? outputs, RouteMetric metric)
    {
        if (outputs is null || !outputs.TryGetValue(metric.Output, out var output) || output.Rows == 0)
            return null;
        var sum = 0.0;
        for (var row = 0; row < output.Rows; row++)
        {
            if (Of(output, row, metric.Class) is not { } value)
                return null;
            sum += value;
        }
        return double.IsFinite(sum) ? sum / output.Rows : null;
    }

    private static double? Of(ReadOutput output, int row, string? @class) => @class is null
        ? output.ScoreOf(row) ?? (output is { Width: 1, Numbers: { } numbers } ? numbers[row] : null)
        : output.ClassOf(row) is { } told ? (told == @class ? 1 : 0) : null;
}
