using System.Text.Json;

namespace ModelHub.Api.Data;

[ObjectType<Expectations>(Only = [nameof(Expectations.Number), nameof(Expectations.CreatedBy), nameof(Expectations.CreatedAt)], Wide = [nameof(Expectations.Rules)])]
[Authorize(nameof(Permission.Read))]
internal static class ExpectationFields
{
    /// <summary>The rules as a file says them.</summary>
    [Reads(nameof(Expectations.Rules))]
    public static JsonElement GetDocument([Parent] Expectations expectations) => ExpectationDocument.Write(expectations.Rules);
}

[ObjectType<ExpectationOutcome>(Only = [
    nameof(ExpectationOutcome.Rule), nameof(ExpectationOutcome.Columns), nameof(ExpectationOutcome.Breach), nameof(ExpectationOutcome.Held),
    nameof(ExpectationOutcome.Breaches), nameof(ExpectationOutcome.Says)])]
[Authorize(nameof(Permission.Read))]
internal static class ExpectationOutcomeFields
{
    /// <summary>The first rows that break it, or of unique the most frequent keys.</summary>
    [ListSize(AssumedSize = ExpectationOutcome.MostExamples)]
    public static IReadOnlyList<ExampleRow> GetExamples([Parent] ExpectationOutcome outcome) => outcome.Examples;
}

[ObjectType<ExampleRow>(Only = [nameof(ExampleRow.Row), nameof(ExampleRow.Count)])]
[Authorize(nameof(Permission.Read))]
internal static class ExampleRowFields
{
    /// <summary>Its values by column, as texts: the columns of the rule and some beside them.</summary>
    public static JsonElement GetValues([Parent] ExampleRow row) =>
        JsonSerializer.SerializeToElement(row.Cells.DistinctBy(cell => cell.Column).ToDictionary(cell => cell.Column, cell => cell.Value));
}
