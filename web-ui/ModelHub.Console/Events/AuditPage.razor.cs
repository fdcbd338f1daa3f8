using Microsoft.AspNetCore.Components;
using ModelHub.Console.Elements;
using ModelHub.Console.Graph;
using ModelHub.Console.Models;

namespace ModelHub.Console.Events;

public sealed partial class AuditPage
{
    private Answer<VerifyAuditData>? verdict;
    private bool verifying;

    [SupplyParameterFromQuery(Name = "subject")]
    private string? Subject { get; set; }

    [SupplyParameterFromQuery(Name = "type")]
    private string? Type { get; set; }

    [SupplyParameterFromQuery(Name = "actor")]
    private string? Actor { get; set; }

    [SupplyParameterFromQuery(Name = "after")]
    private string? After { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    private string? Before { get; set; }

    [Inject]
    private GraphClient Graph { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private static string Words(AuditVerification result) => result switch
    {
        { Ok: true } => $"{Show.Count(result.EventsChecked)} events checked, nothing changed or missing; sealed up to number {Show.Count(result.SealedUpTo)}.",
        { FirstFault: { } fault } => $"The record is broken at number {Show.Count(fault.Sequence)}: {fault.Reason}",
        _ => $"The record is broken; {Show.Count(result.EventsChecked)} events were checked.",
    };

    private async Task VerifyAsync()
    {
        verifying = true;
        verdict = await Graph.AskAsync(VerifyAudit.Operation, NoVariables.Value, default);
        verifying = false;
    }

    private Task<Answer<ListEventsData>> AskAsync(CancellationToken ct)
    {
        var (first, after, last, before) = Window.At(After, Before, 50);
        return Graph.AskAsync(ListEvents.Operation, new ListEventsVariables(first, after, last, before, Filter()), ct);
    }

    private EventFilter? Filter() =>
        Subject is null && Type is null && Actor is null ? null : new EventFilter(TextFilter.Exactly(Type?.Trim()), TextFilter.Exactly(Subject?.Trim()), TextFilter.Exactly(Actor?.Trim()));
}
