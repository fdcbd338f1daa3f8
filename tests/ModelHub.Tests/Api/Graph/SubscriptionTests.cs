using ModelHub.Domain.Access;
using Xunit;

namespace ModelHub.Tests.Api.Graph;

public sealed class SubscriptionTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Events_arrive_as_they_happen_and_from_a_sequence_on()
    {
        using var admin = await host.AdminAsync();
        await admin.ModelAsync("sub.before");
        var last = await NewestAsync(admin);
        using var live = await TestSocket.SubscribeAsync(host.Address, admin.Token, "subscription { events(types: [\"model.created\"]) { subject } }");
        using var replay = await TestSocket.SubscribeAsync(host.Address, admin.Token, $"subscription {{ events(after: {last - 1}) {{ sequence subject }} }}");

        Assert.Equal("model:sub.before", (await replay.NextAsync()).GetProperty("subject").GetString());

        // When "now" began the client cannot know, and it may lie a moment back: something happens until it hears of anything.
        var heard = live.NextAsync();
        var told = 0;
        do
        {
            await admin.ModelAsync($"sub.after{told++}");
            await Task.WhenAny(heard, Task.Delay(200, TestContext.Current.CancellationToken));
        }
        while (!heard.IsCompleted);

        Assert.StartsWith("model:sub.", (await heard).GetProperty("subject").GetString(), StringComparison.Ordinal);
        Assert.Equal("model:sub.after0", (await replay.NextAsync()).GetProperty("subject").GetString());
    }

    [Fact]
    public async Task Nobody_hears_of_what_they_may_not_read()
    {
        using var admin = await host.AdminAsync();
        using var reader = await host.AsAsync(Role.Viewer, "open");
        using var socket = await TestSocket.SubscribeAsync(host.Address, reader.Token, $"subscription {{ events(after: {await NewestAsync(admin)}) {{ subject }} }}");

        await admin.ModelAsync("closed.model");
        await admin.ModelAsync("open.model");

        Assert.Equal("model:open.model", (await socket.NextAsync()).GetProperty("subject").GetString());
    }

    [Fact]
    public async Task A_socket_without_a_token_is_closed()
    {
        using var socket = await TestSocket.OpenAsync(host.Address);

        await socket.SendAsync(new { type = "connection_init" });

        Assert.Equal(System.Text.Json.JsonValueKind.Undefined, (await socket.ReceiveAsync()).ValueKind);
        Assert.InRange((int)socket.CloseStatus!.Value, 4400, 4499);
    }

    [Theory]
    [InlineData(999_999_999)]
    [InlineData(long.MaxValue)]
    public async Task An_event_that_is_not_known_is_refused_by_name(long after)
    {
        using var admin = await host.AdminAsync();
        await admin.ModelAsync($"sub.unknown{after}");

        using var socket = await TestSocket.SubscribeAsync(host.Address, admin.Token, $"subscription {{ events(after: {after}) {{ sequence }} }}");

        Assert.Equal("EVENT_UNKNOWN", await socket.ErrorAsync());
    }

    [Fact]
    public async Task A_subscription_ends_when_its_token_is_revoked()
    {
        using var admin = await host.AdminAsync();
        var made = await admin.DoAsync("createServiceToken", new { name = "listener", scopes = new[] { "READ" }, bindings = new[] { new { role = "VIEWER" } } }, "serviceToken { id } secret");
        using var socket = await TestSocket.SubscribeAsync(host.Address, made.GetProperty("secret").GetString()!, $"subscription {{ events(after: {await NewestAsync(admin)}) {{ subject }} }}");

        await admin.DoAsync("revokeServiceToken", new { id = made.GetProperty("serviceToken").GetProperty("id").GetString() }, "serviceToken { revokedAt }");

        Assert.Equal("AUTH_NOT_AUTHENTICATED", await socket.ErrorAsync());
    }

    [Fact]
    public async Task A_role_that_is_taken_away_takes_its_events_along()
    {
        using var admin = await host.AdminAsync();
        var bindings = new[] { new { role = "VIEWER", @namespace = "kept" }, new { role = "VIEWER", @namespace = "lost" } };
        var made = await admin.DoAsync("createServiceToken", new { name = "narrowed", scopes = new[] { "READ" }, bindings }, "serviceToken { id } secret");
        using var socket = await TestSocket.SubscribeAsync(host.Address, made.GetProperty("secret").GetString()!, $"subscription {{ events(after: {await NewestAsync(admin)}, types: [\"model.created\"]) {{ subject }} }}");
        await admin.ModelAsync("lost.before");
        Assert.Equal("model:lost.before", (await socket.NextAsync()).GetProperty("subject").GetString());

        await admin.DoAsync("unbindRole", new { token = made.GetProperty("serviceToken").GetProperty("id").GetString(), role = "VIEWER", @namespace = "lost" }, "roleBinding { role }");
        await admin.ModelAsync("lost.after");
        await admin.ModelAsync("kept.after");

        Assert.Equal("model:kept.after", (await socket.NextAsync()).GetProperty("subject").GetString());
    }

    private static async Task<long> NewestAsync(ApiClient admin)
        => (await admin.QueryAsync("{ events(first: 1) { nodes { sequence } } }")).GetProperty("events").GetProperty("nodes")[0].GetProperty("sequence").GetInt64();
}
