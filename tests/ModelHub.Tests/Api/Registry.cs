using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using Xunit;

namespace ModelHub.Tests.Api;

/// <summary>Steps that many tests begin with.</summary>
internal static class Registry
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<string> ModelAsync(this ApiClient client, string name)
    {
        await client.DoAsync("createModel", new { name }, "model { name }");
        return name;
    }

    public static async Task<int> VersionAsync(this ApiClient client, string model)
    {
        var digest = await client.UploadAsync(RandomNumberGenerator.GetBytes(64));
        return (await client.DoAsync("registerVersion", new { model, digest }, "version { number }")).GetProperty("version").GetProperty("number").GetInt32();
    }

    /// <summary>A version as a worker leaves it: validated, with a signature.</summary>
    public static async Task<int> ReadyVersionAsync(this ApiHost host, ApiClient client, string model)
    {
        var number = await client.VersionAsync(model);
        await using var db = host.Open();
        var version = await db.Versions.SingleAsync(v => v.Model.Name == model && v.Number == number, Ct);
        var signature = new Signature([new TensorSpec("x", "FP32", [-1, 4])], [new TensorSpec("y", "FP32", [-1, 2])]);
        Assert.Null(version.Accept(signature, [], ArtifactScan.NotApplicable, DateTimeOffset.UtcNow));
        Assert.Null(await db.CommitAsync(new VersionValidated(model, number, version.Digest), Actor.System("worker"), Ct));
        return number;
    }
}
