using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Models;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Domain;
using DomainEndpoint = ModelHub.Domain.Rollouts.Endpoint;

namespace ModelHub.Tests.Database.Predictions;

/// <summary>An endpoint in a database, and what is written down of it.</summary>
internal sealed record Ledger(EndpointId Endpoint, Guid Run)
{
    public Guid Router { get; } = Guid.CreateVersion7();

    public Guid Version { get; init; } = Guid.CreateVersion7();

    public Guid Variant { get; } = Guid.CreateVersion7();

    public static async Task<Ledger> OpenAsync(ModelHubDb db, string model, CancellationToken ct, LedgerPolicy? policy = null)
    {
        var named = Model.Create(model, new ModelDescription(), Sample.Ada, Sample.Now).Value;
        var endpoint = DomainEndpoint.Open(named.Id, (await db.Environments.OrderBy(e => e.Rank).FirstAsync(ct)).Id, Sample.Now);
        endpoint.KeepPredictions(policy, [1, 2, 3], Sample.Now);
        db.Add(named);
        db.Add(endpoint);
        await db.CommitAsync([], Sample.Ada, ct);
        return new(endpoint.Id, Guid.CreateVersion7());
    }

    public LoggedPrediction Asked(string request, DateTimeOffset at, string? outputs = """[{"label":"good","p":{"good":0.8,"bad":0.2}}]""", int rows = 1) => new(
        Endpoint.Value, Variant, Version, request, at, 1.5, 200, PredictionOutcome.Answered, rows, """[{"age":30,"income":1200.5}]""", outputs, null);

    public PredictionBatch Batch(long number, params LoggedPrediction[] items) => Batch(number, items.Length, items);

    public PredictionBatch Batch(long number, long sampled, params LoggedPrediction[] items) => new(Router, Run, number, items, [new TakenCount(Endpoint.Value, sampled, 0)]);

    public Task<int> LabelAsync(ModelHubDb db, string request, string value, DateTimeOffset observed, DateTimeOffset arrived, int row = 0) => db.Database.ExecuteSqlAsync($"""
        insert into labels (id, endpoint_id, request_id, row, value, observed_at, arrived_at, source)
        values ({Guid.CreateVersion7()}, {Endpoint.Value}, {request}, {row}, {value}, {observed}, {arrived}, 'test')
        """);

    public async Task<List<LabelledPrediction>> ReadAsync(ModelHubDb db, DateTimeOffset? known, CancellationToken ct, bool labelled = false)
    {
        var read = new List<LabelledPrediction>();
        await foreach (var row in ReadLedger.RunAsync(db, new LedgerPart(Endpoint, null, DateTimeOffset.UtcNow.AddDays(-60), DateTimeOffset.UtcNow.AddDays(1), known, labelled), ct))
            read.Add(row);
        return read;
    }
}
