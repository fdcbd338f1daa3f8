using ModelHub.Node.Artifacts;
using ModelHub.Node.Runtimes;
using ModelHub.Node.Runtimes.External;
using ModelHub.Protocol;
using Xunit;

namespace ModelHub.Tests.Node.Runtimes;

/// <summary>The contract over one kind of server, and what only servers elsewhere can do wrong.</summary>
public abstract class ExternalContract(string kind) : RuntimeContract
{
    private ModelServer server = null!;

    public override async ValueTask InitializeAsync() => server = await ModelServer.StartAsync();

    public override async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(429, nameof(RunFault.Overloaded))]
    [InlineData(503, nameof(RunFault.Unavailable))]
    [InlineData(504, nameof(RunFault.TimedOut))]
    [InlineData(400, nameof(RunFault.Failed))]
    [InlineData(500, nameof(RunFault.Failed))]
    public async Task Its_refusals_keep_their_meaning(int status, string fault)
    {
        await using var instance = await OpenAsync();
        server.Status = status;

        var refused = await Assert.ThrowsAsync<RunException>(() => AskAsync(instance, 1, 1, 1));

        Assert.Equal(fault, refused.Fault.ToString());
        Assert.Contains("as the test wants it", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_gone_is_unavailable()
    {
        await using var instance = await OpenAsync();
        await server.DisposeAsync();

        var gone = await Assert.ThrowsAsync<RunException>(() => AskAsync(instance, 1, 1, 1));

        Assert.Equal(RunFault.Unavailable, gone.Fault);
    }

    [Fact]
    public async Task A_host_that_is_not_listed_is_never_spoken_to()
    {
        var problem = await ProblemAsync("linear", Options(("Runtimes:ExternalHosts", "elsewhere:80")));

        Assert.Equal("host-not-allowed", problem.Reason);
        Assert.Equal(0, server.Requests);
    }

    [Fact]
    public async Task A_version_without_a_signature_is_refused() =>
        Assert.Equal("no-signature", (await ProblemAsync("linear", Allowed(), signature: null)).Reason);

    private protected override Task<RuntimeInstance> OpenAsync() => OpenModelAsync("linear");

    private protected override Task<RuntimeInstance> OpenSlowAsync() => OpenModelAsync("slow");

    private protected async Task<PlacementProblem> ProblemAsync(string model, ModelHub.Node.NodeOptions options, ModelSignature? signature, string below = "")
    {
        var (instance, problem) = await new ExternalVersions(options).OpenAsync(Assigned("external", "external", signature), await TargetAsync(model, below), Ct);
        Assert.Null(instance);
        return problem!;
    }

    private protected Task<PlacementProblem> ProblemAsync(string model, ModelHub.Node.NodeOptions options) => ProblemAsync(model, options, Declared);

    private protected ModelHub.Node.NodeOptions Allowed() => Options(("Runtimes:ExternalHosts", server.Authority));

    private async Task<RuntimeInstance> OpenModelAsync(string model) =>
        await OpenAsync(new ExternalVersions(Allowed()), Assigned("external", "external", Declared), await TargetAsync(model));

    private async Task<string> TargetAsync(string model, string below = "")
    {
        var path = Path.Combine(Folder, $"{Guid.NewGuid():n}.json");
        await File.WriteAllTextAsync(path, $$"""{"kind":"{{kind}}","url":"{{server.Address}}{{below}}","model":"{{model}}"}""", Ct);
        return path;
    }
}

public sealed class ExternalV2Contract() : ExternalContract("v2")
{
    [Fact]
    public async Task One_that_tells_another_signature_is_refused()
    {
        var other = Declared with { Inputs = [new SignaturePort("x", "FP32", [-1, 4])] };

        var problem = await ProblemAsync("linear", Allowed(), other);

        Assert.Equal(("signature-mismatch", "Its input 'x' is FP32 [-1,3], declared is FP32 [-1,4]."), (problem.Reason, problem.Message));
    }

    [Fact]
    public async Task A_model_it_does_not_have_is_not_there() => Assert.Equal("not-there", (await ProblemAsync("unknown", Allowed())).Reason);

    [Fact]
    public async Task A_redirection_is_not_followed() => Assert.Equal("unreachable", (await ProblemAsync("linear", Allowed(), Declared, below: "/moved")).Reason);
}

public sealed class TensorFlowServingContract() : ExternalContract("tensorflow-serving")
{
    [Fact]
    public async Task A_model_it_does_not_have_is_not_there() => Assert.Equal("not-there", (await ProblemAsync("unknown", Allowed())).Reason);
}

public sealed class TorchServeContract() : ExternalContract("torchserve");
