using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;
using Xunit;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;

namespace ModelHub.Tests.Api.Rollouts;

public sealed class RoutingAtTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Query =
        """
        query($model: String!, $at: DateTime!) {
          routing(model: $model, environment: "staging", at: $at) { routesRevision reason variants { version weight role } }
          championAt(model: $model, at: $at) { number }
        }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_api_tells_what_answered_and_who_was_champion_at_a_past_moment()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("past.model");
        await host.ReadyVersionAsync(admin, model);
        await host.ReadyVersionAsync(admin, model);
        var (first, second) = (new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero));
        await ServedAsync(model, (1, first), (2, second));
        using var stranger = await host.AsAsync(Role.Viewer, "elsewhere");

        var before = await admin.QueryAsync(Query, new { model, at = first.AddTicks(-10) });
        var during = await admin.QueryAsync(Query, new { model, at = second.AddSeconds(-1) });
        var since = await admin.QueryAsync(Query, new { model, at = second });
        var hidden = await stranger.QueryAsync(Query, new { model, at = second });

        Assert.Equal((null, null), Versions(before));
        Assert.Equal((1, 1), Versions(during));
        Assert.Equal((2, 2), Versions(since));
        Assert.Equal((null, null), Versions(hidden));
    }

    private async Task ServedAsync(string name, params (int Version, DateTimeOffset At)[] switches)
    {
        await using var db = host.Open();
        var model = await db.Models.SingleAsync(m => m.Name == name, Ct);
        var versions = await db.Versions.Where(v => v.ModelId == model.Id).ToDictionaryAsync(v => v.Number, Ct);
        var endpoint = Endpoint.Open(model.Id, (await db.Environments.SingleAsync(e => e.Name == "staging", Ct)).Id, switches[0].At);
        db.Add(endpoint);
        Alias? champion = null;
        foreach (var (number, at) in switches)
        {
            var actor = Actor.System("tests");
            var variant = endpoint.Shift(versions[number].Id, 1, at, at);
            db.Add(new RoutingChange(endpoint.Id, [new(variant.Id, variant.VersionId, number, variant.Role, variant.Weight)], number, "test", actor, at));
            if (champion is null)
            {
                (champion, var change) = Alias.Create(model.Id, Alias.Champion, versions[number].Id, actor, at).Value;
                db.AddRange(champion, change);
            }
            else
                db.Add(champion.Move(versions[number].Id, actor, at));
        }

        Assert.Null(await db.CommitAsync([], Actor.System("tests"), Ct));
    }

    private static (int? Routed, int? Champion) Versions(JsonElement data) => (
        data.GetProperty("routing") is { ValueKind: JsonValueKind.Object } routing ? Assert.Single(routing.GetProperty("variants").EnumerateArray()).GetProperty("version").GetInt32() : null,
        data.GetProperty("championAt") is { ValueKind: JsonValueKind.Object } champion ? champion.GetProperty("number").GetInt32() : null);
}
