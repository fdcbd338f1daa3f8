using System.Globalization;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;

namespace ModelHub.Domain.Batches;

/// <summary>A column of the output.</summary>
/// <param name="Datatype">A V2 datatype; BYTES is text.</param>
public sealed record BatchColumn(string Name, string Datatype);

/// <summary>
/// The columns of the output, in order: the number of the input row, what is kept of it, the outputs of the version with
/// the columns of wide ones apart, and why a row has none.
/// <example><c>row, customer, label, probabilities.0, probabilities.1, error</c></example>
/// </summary>
public sealed record BatchColumns(IReadOnlyList<string> Keep, IReadOnlyList<BatchColumns.Output> Outputs)
{
    public const string Row = "row";
    public const string Error = "error";

    /// <summary>An output of the version: its columns, or one that holds an array where its width is not known before.</summary>
    public sealed record Output(string Name, IReadOnlyList<BatchColumn> Columns, bool IsArray);

    public IReadOnlyList<BatchColumn> All =>
    [
        new BatchColumn(Row, "INT64"),
        .. Keep.Select(name => new BatchColumn(name, "BYTES")),
        .. Outputs.SelectMany(o => o.Columns),
        new BatchColumn(Error, "BYTES"),
    ];

    public static Result<BatchColumns> Of(Signature signature, IReadOnlyList<string> keep)
    {
        var columns = new BatchColumns(keep, [.. signature.Outputs.Select(Of)]);
        // Without regard to case, as tables compare names.
        var twice = columns.All.GroupBy(c => c.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1);
        return twice is null ? columns : new InvalidInput("keep", $"columns under other names than the output's own; {twice.Key} would be there twice");
    }

    private static Output Of(TensorSpec output)
    {
        var sizes = output.Shape.Skip(1).ToArray();
        if (sizes.Any(size => size < 0))
            return new(output.Name, [new BatchColumn(output.Name, "BYTES")], IsArray: true);
        var width = sizes.Aggregate(1L, (a, b) => a * b);
        var labelled = output.Labels?.Count == width ? output.Labels : null;
        if (width == 1 && labelled is null)
            return new(output.Name, [new BatchColumn(output.Name, output.Datatype)], IsArray: false);
        return new(
            output.Name,
            [.. Enumerable.Range(0, (int)width).Select(i => new BatchColumn($"{output.Name}.{labelled?[i] ?? i.ToString(CultureInfo.InvariantCulture)}", output.Datatype))],
            IsArray: false);
    }
}
