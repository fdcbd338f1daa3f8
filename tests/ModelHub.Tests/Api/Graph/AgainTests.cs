using Microsoft.EntityFrameworkCore;
using ModelHub.Api.Graph;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using Xunit;

namespace ModelHub.Tests.Api.Graph;

public sealed class AgainTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_somebody_else_changed_in_the_same_moment_is_read_and_decided_anew()
    {
        using var admin = await host.AdminAsync();
        await admin.DoAsync("createModel", new { name = "risk.again" }, "model { id }");
        await using var db = host.Open();
        var tries = 0;

        var done = await db.OnConflictAsync(() => DescribeAsync(db, "risk.again", others: ++tries < 3));

        Assert.False(done.IsRefused(out _, out _));
        Assert.Equal(3, tries);
        await using var read = host.Open();
        Assert.Equal("mine", (await read.Models.AsNoTracking().SingleAsync(m => m.Name == "risk.again", Ct)).Description);
    }

    [Fact]
    public async Task Who_always_comes_second_is_told_so_in_the_end()
    {
        using var admin = await host.AdminAsync();
        await admin.DoAsync("createModel", new { name = "risk.second" }, "model { id }");
        await using var db = host.Open();
        var tries = 0;

        var done = await db.OnConflictAsync(() => DescribeAsync(db, "risk.second", others: ++tries > 0));

        Assert.True(done.IsRefused(out var refusal, out _));
        Assert.IsType<RevisionConflict>(refusal);
        Assert.Equal(5, tries);
    }

    private async Task<Result<Model>> DescribeAsync(ModelHub.Database.ModelHubDb db, string name, bool others)
    {
        var model = await db.Models.SingleAsync(m => m.Name == name, Ct);
        if (others)
        {
            await using var other = host.Open();
            await other.Models.Where(m => m.Name == name).ExecuteUpdateAsync(set => set.SetProperty(m => m.Revision, m => m.Revision + 1), Ct);
        }
        model.Describe(new ModelDescription(Description: "mine"), DateTimeOffset.UtcNow);
        return await db.CommitAsync(new ModelUpdated(name), Actor.System("tests"), Ct) is { } refused ? refused : model;
    }
}
