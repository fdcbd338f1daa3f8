using Microsoft.AspNetCore.Components;
using ModelHub.Console.Graph;
using ModelHub.Console.Live;

namespace ModelHub.Console.Models;

public sealed partial class ModelsPage
{
    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "owner")]
    private string? Owner { get; set; }

    [SupplyParameterFromQuery(Name = "tag")]
    private string? TagText { get; set; }

    [SupplyParameterFromQuery(Name = "after")]
    private string? After { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    private string? Before { get; set; }

    [Inject]
    private GraphClient Graph { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private static bool Matters(LiveEvent change) =>
        change.Type.Split('.')[0] is "model" or "version" or "alias" or "endpoint" or "routing";

    private Task<Answer<ListModelsData>> AskAsync(CancellationToken ct)
    {
        var (first, after, last, before) = Window.At(After, Before);
        return Graph.AskAsync(ListModels.Operation, new ListModelsVariables(first, after, last, before, Filter()), ct);
    }

    private ModelFilter? Filter()
    {
        var name = string.IsNullOrWhiteSpace(Search) ? null : new TextFilter(Contains: Search.Trim());
        var owner = string.IsNullOrWhiteSpace(Owner) ? null : new TextFilter(Eq: Owner);
        var tags = Tagged();
        return name is null && owner is null && tags is null ? null : new ModelFilter(name, owner, tags);
    }

    private TagsFilter? Tagged() => TagText?.Split('=', 2) switch
    {
        [var key, var value] => new TagsFilter(new TagFilter(new TextFilter(key), new TextFilter(value))),
        [var key] => new TagsFilter(new TagFilter(new TextFilter(key), null)),
        _ => null,
    };
}
