using ModelHub.Database.Predictions;
using ModelHub.Domain.Predictions;

namespace ModelHub.Api.Predictions;

/// <summary>What the REST route and the mutation do alike: all labels, or none when one is wrong.</summary>
internal sealed class TakeLabels(ModelHubDb db, Caller caller)
{
    public async Task<Result<LabelCounts>> RunAsync(
        string model, string environment, IReadOnlyList<Result<GivenLabel>> labels, string? source, DateTimeOffset now, CancellationToken ct)
    {
        var place = Place.In(model, environment);
        // Who may call the model may say how it went, and need not be able to read the registry.
        if (!caller.May(Permission.Infer, place) && !caller.May(Permission.Write, place))
            return new NotPermitted();
        var endpoint = await db.Endpoints.AsNoTracking().Where(e => e.Model.Name == model && e.Environment.Name == environment).Select(e => new { e.Id }).SingleOrDefaultAsync(ct);
        if (endpoint is null)
            return new EndpointNotFound(model, environment);
        if (labels.Count is 0 or > Label.MostAtOnce)
            return new InvalidInput("labels", $"1 to {Label.MostAtOnce}");
        if (source is { Length: 0 or > Label.MostSource } || source?.Any(char.IsControl) == true)
            return new InvalidInput("source", $"1 to {Label.MostSource} characters");
        var given = new List<GivenLabel>(labels.Count);
        foreach (var label in labels)
        {
            if (label.IsRefused(out var refusal, out var good))
                return refusal;
            given.Add(good);
        }
        return await WriteLabels.RunAsync(db, endpoint.Id, given, source ?? Cut(caller.Actor.Value), now, ct);
    }

    private static string Cut(string actor) => actor.Length <= Label.MostSource ? actor : actor[..Label.MostSource];
}
