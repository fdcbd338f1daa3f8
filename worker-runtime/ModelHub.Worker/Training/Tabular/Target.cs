using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Training.Tabular;

/// <summary>The column to predict as numbers: 1 and 0 for the positive and negative class, or the value itself.</summary>
/// <param name="Classes">Negative and positive class; null for a regression.</param>
internal sealed record Target(TabularTask Task, double[] Truth, IReadOnlyList<string>? Classes)
{
    /// <exception cref="BadInputException">A value is missing, or the column does not fit the task.</exception>
    public static Target Of(Table table, TabularDefinition definition)
    {
        var column = table[definition.Target];
        for (var row = 0; row < table.Rows; row++)
            if (column.Text(row).Length == 0 || (column.IsNumeric && float.IsNaN(column.Number(row))))
                throw new BadInputException($"The target \"{column.Name}\" is missing in data row {row + 1}; every row needs it.");
        var values = column.Distinct.ToArray();
        var task = definition.Task ?? (values.Length == 2 ? TabularTask.Classification : TabularTask.Regression);
        return task == TabularTask.Classification ? OfClasses(table, column, values, definition.PositiveClass) : OfValues(table, column);
    }

    private static Target OfClasses(Table table, Column column, string[] values, string? positive)
    {
        if (values.Length != 2)
            throw new BadInputException($"The target \"{column.Name}\" has {values.Length} different values; classification needs exactly two.");
        Array.Sort(values, StringComparer.Ordinal);
        positive ??= values[1];
        if (!values.Contains(positive))
            throw new BadInputException($"positiveClass \"{positive}\" is not a value of the target: it has \"{values[0]}\" and \"{values[1]}\".");
        string[] classes = [values[0] == positive ? values[1] : values[0], positive];
        return new(TabularTask.Classification, Of(table, row => column.Text(row) == positive ? 1 : 0), classes);
    }

    private static Target OfValues(Table table, Column column) => column.IsNumeric
        ? new(TabularTask.Regression, Of(table, row => column.Number(row)), null)
        : throw new BadInputException($"The target \"{column.Name}\" is not a number in every row; regression needs one.");

    private static double[] Of(Table table, Func<int, double> value) => [.. Enumerable.Range(0, table.Rows).Select(value)];
}
