using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Access;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Events;
using Environment = ModelHub.Domain.Environments.Environment;

namespace ModelHub.Migrations;

internal static class Seed
{
    /// <summary>A fresh database has <c>staging</c>, which asks for nobody, and <c>production</c>, which asks for one approval.</summary>
    public static async Task EnvironmentsAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.Environments.AnyAsync(ct))
            return;

        var staging = Environment.Create("staging", 1, Policy.Open, now).Value;
        var production = Environment.Create("production", 2, Policy.Open with { Approvals = 1 }, now).Value;
        db.Environments.AddRange(staging, production);
        var events = new List<Event>
        {
            new EnvironmentCreated(staging.Name, staging.Rank),
            new EnvironmentCreated(production.Name, production.Rank),
        };
        if (await db.CommitAsync(events, Actor.System("migrations"), ct) is { } refusal)
            throw new InvalidOperationException($"The environments cannot be seeded: {refusal.Message}");
    }
}
