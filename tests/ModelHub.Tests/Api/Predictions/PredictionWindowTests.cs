using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Rollouts;
using ModelHub.Protocol;
using ModelHub.Tests.Api.Control;
using ModelHub.Tests.Support;
using Xunit;
using Wire = ModelHub.Protocol;

namespace ModelHub.Tests.Api.Predictions;

public sealed class PredictionWindowTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Windows_of_all_routers_add_up_and_one_that_comes_twice_counts_once()
    {
        await using var one = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "saying-1");
        await using var two = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "saying-2");
        var (canary, primary) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        for (var second = 0; second < 3; second++)
            foreach (var router in new[] { one, two, one })
                await router.SendAsync(new Wire.Predictions(new Window(At.AddSeconds(second), 1), [Said(canary, 90, 10), Said(primary, 50, 50)]));

        await Eventually.Is(() => CountAsync(canary, primary), rows => rows == 12, what: "Two routers' three windows of two variants");
        await using var db = host.Open();
        var (candidate, champion) = (await SaidAsync(canary), await SaidAsync(primary));
        Assert.Equal(600, candidate.Sampled);
        Assert.Equal(400, (await db.SaidAsync(VariantId.From(canary), At, At.AddSeconds(1.5), Ct)).Sampled);
        Assert.Equal(0.87, PredictionShift.Psi(candidate, champion)!.Value, 1);

        Task<Distribution> SaidAsync(Guid variant) => db.SaidAsync(VariantId.From(variant), At, At.AddMinutes(1), Ct);
    }

    [Fact]
    public async Task A_router_that_tells_nonsense_is_cut_off()
    {
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "raving");

        await router.SendAsync(new Wire.Predictions(new Window(At, 1), [Said(Guid.CreateVersion7(), 1, 1) with { Positive = new Histogram(-1, [1]) }]));

        await Eventually.Holds(() => router.Refused is not null, what: "The refusal");
    }

    private async Task<int> CountAsync(Guid one, Guid other)
    {
        await using var db = host.Open();
        return await db.PredictionWindows.CountAsync(w => w.VariantId == VariantId.From(one) || w.VariantId == VariantId.From(other), Ct);
    }

    private static Wire.Prediction Said(Guid variant, long good, long bad) =>
        new(Guid.CreateVersion7(), variant, Guid.CreateVersion7(), "label", good + bad, 0, Histogram.Empty, Histogram.Empty, [new("good", good), new("bad", bad)]);
}
