using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Operations;
using Xunit;

namespace ModelHub.Tests.Api.Models;

public sealed class QuantizeVersionTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Selection = "operation { id kind state subject }";

    [Fact]
    public async Task It_asks_a_worker_once_per_key()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("heavy.model");
        var input = new { model, version = await host.ReadyVersionAsync(admin, model), idempotencyKey = "quantize-once" };

        var asked = await admin.DoAsync("quantizeVersion", input, Selection);
        var again = await admin.DoAsync("quantizeVersion", input, Selection);

        Assert.Equal(asked.GetRawText(), again.GetRawText());
        var operation = asked.GetProperty("operation");
        Assert.Equal(("quantize-version", $"version:{model}@1"), (operation.GetProperty("kind").GetString(), operation.GetProperty("subject").GetString()));
        await using var db = host.Open();
        Assert.Equal(1, await db.Operations.CountAsync(o => o.Kind == OperationKinds.QuantizeVersion, TestContext.Current.CancellationToken));
        Assert.Equal(1, await db.Events.CountAsync(e => e.Type == "version.quantization-requested", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_not_there_or_not_ready_is_refused()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("pending.model");
        var pending = await admin.VersionAsync(model);

        var refused = new[]
        {
            await admin.RefusedAsync("quantizeVersion", new { model, version = 99 }, Selection),
            await admin.RefusedAsync("quantizeVersion", new { model, version = pending }, Selection),
        };

        Assert.Equal(["VERSION_NOT_FOUND", "VERSION_NOT_QUANTIZABLE"], refused.Select(r => r.GetProperty("code").GetString()));
    }
}
