using Microsoft.AspNetCore.Components;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Predictions;

public sealed partial class PredictionsPage
{
    private static readonly string[] labelChoices = ["WITH", "WITHOUT"];
    private static readonly string[] outcomes = ["ANSWERED", "REFUSED", "OVERLOADED", "UNAVAILABLE", "TIMED_OUT", "FAILED"];

    [Parameter]
    public string Environment { get; set; } = "";

    [Parameter]
    public string Model { get; set; } = "";

    [SupplyParameterFromQuery(Name = "request")]
    private string? RequestId { get; set; }

    /// <summary>WITH, WITHOUT or all.</summary>
    [SupplyParameterFromQuery(Name = "labels")]
    private string? Labels { get; set; }

    [SupplyParameterFromQuery(Name = "outcome")]
    private string? Outcome { get; set; }

    [SupplyParameterFromQuery(Name = "version")]
    private int? Version { get; set; }

    [SupplyParameterFromQuery(Name = "after")]
    private string? After { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    private string? Before { get; set; }

    [Inject]
    private GraphClient Graph { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private bool IsFiltered => RequestId is not null || Labels is not null || Outcome is not null || Version is not null;

    private Task<Answer<ListPredictionsData>> AskAsync(CancellationToken ct)
    {
        var (first, after, last, before) = Window.At(After, Before);
        bool? labelled = Labels switch { "WITH" => true, "WITHOUT" => false, _ => null };
        return Graph.AskAsync(
            ListPredictions.Operation,
            new ListPredictionsVariables(Model, Environment, first, after, last, before, labelled, PredictionFilter.Of(Version, Outcome, RequestId?.Trim())), ct);
    }
}
