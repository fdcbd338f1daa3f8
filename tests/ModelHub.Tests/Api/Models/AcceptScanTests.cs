using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Models;
using Xunit;

namespace ModelHub.Tests.Api.Models;

public sealed class AcceptScanTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Selection = "version { scanAcceptance { by reason } }";

    private static readonly object Declared = new
    {
        inputs = new[] { new { name = "x", datatype = "FP32", shape = new[] { -1, 4 } } },
        outputs = new[] { new { name = "y", datatype = "FP32", shape = new[] { -1, 1 } } },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_approver_who_did_not_register_it_answers_for_a_pickle_once()
    {
        using var registrant = await host.AdminAsync();
        using var approver = await host.AsAsync(Role.Approver);
        var model = await registrant.ModelAsync("pickled.model");
        var number = await ScannedAsync(registrant, model, "sklearn");
        var input = new { model, version = number, reason = "imports looked at: scikit-learn only", idempotencyKey = "accept-once" };

        var own = await registrant.RefusedAsync("acceptScan", new { model, version = number, reason = "mine" }, Selection);
        var accepted = await approver.DoAsync("acceptScan", input, Selection);
        var again = await approver.DoAsync("acceptScan", input, Selection);
        var twice = await approver.RefusedAsync("acceptScan", new { model, version = number, reason = "once more" }, Selection);

        Assert.Equal(["ACCEPTANCE_BY_REGISTRANT", "SCAN_ALREADY_ACCEPTED"], new[] { own, twice }.Select(e => e.GetProperty("code").GetString()));
        Assert.Equal(accepted.GetRawText(), again.GetRawText());
        await using var db = host.Open();
        Assert.Contains("posix.system", (await db.Events.SingleAsync(e => e.Type == "version.scan-accepted", Ct)).Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_runs_no_code_has_nothing_to_accept_and_a_contributor_may_accept_nothing()
    {
        using var admin = await host.AdminAsync();
        using var contributor = await host.AsAsync(Role.Contributor);
        var model = await admin.ModelAsync("plain.model");
        var number = await host.ReadyVersionAsync(admin, model);

        var nothing = await admin.RefusedAsync("acceptScan", new { model, version = number, reason = "why not" }, Selection);
        var denied = await contributor.RawAsync(
            "mutation($input: AcceptScanInput!) { acceptScan(input: $input) { version { number } } }", new { input = new { model, version = number, reason = "mine" } });

        Assert.Equal("NOTHING_TO_ACCEPT", nothing.GetProperty("code").GetString());
        Assert.Equal("AUTH_NOT_AUTHORIZED", denied.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_signature_is_declared_only_where_the_artifact_does_not_tell_it()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("declared.model");
        var digest = await admin.UploadAsync([1, 2, 3]);

        var onnx = await admin.RefusedAsync("registerVersion", new { model, digest, signature = Declared }, "version { number }");
        var odd = await admin.RefusedAsync("registerVersion", new { model, digest, format = "sklearn", signature = new { inputs = Array.Empty<object>(), outputs = Array.Empty<object>() } }, "version { number }");
        var declared = await admin.DoAsync("registerVersion", new { model, digest, format = "sklearn", signature = Declared }, "version { signature { inputs { name datatype shape } } }");

        Assert.Contains("signature", onnx.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("signature.inputs", odd.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("x", declared.GetProperty("version").GetProperty("signature").GetProperty("inputs")[0].GetProperty("name").GetString());
    }

    /// <summary>A version as a worker leaves it: stored, scanned, never loaded.</summary>
    private async Task<int> ScannedAsync(ApiClient client, string model, string format)
    {
        var digest = await client.UploadAsync([4, 5, 6]);
        var number = (await client.DoAsync("registerVersion", new { model, digest, format, signature = Declared }, "version { number }")).GetProperty("version").GetProperty("number").GetInt32();
        await using var db = host.Open();
        var version = await db.Versions.SingleAsync(v => v.Model.Name == model && v.Number == number, Ct);
        Assert.Null(version.Accept(null, [], new ArtifactScan(ScanVerdict.Dangerous, ["posix.system"]), DateTimeOffset.UtcNow));
        Assert.NotNull(version.Signature);
        Assert.Null(await db.CommitAsync([], Actor.System("worker"), Ct));
        return number;
    }
}
