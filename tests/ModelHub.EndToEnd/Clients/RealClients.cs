using System.Diagnostics;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Clients;

/// <summary>Clients that know nothing of ours: @grpc/grpc-js and plain fetch, each run as a program of its own.</summary>
[Collection(SharedStack.Name)]
public sealed class RealClients(SharedStack shared)
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    // Where a router takes gRPC unless told otherwise.
    private const int PortsToGrpc = 100;
    private static string? served;
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task A_gRPC_client_gets_through_its_whole_flow_at_a_node()
    {
        var ct = TestContext.Current.CancellationToken;
        var (model, _, grpc) = await ServedAsync(ct);

        var printed = await RunAsync("grpc-flow.mjs", ct, grpc.Authority, model, stack.Token);

        Assert.Equal("grpc flow passed", printed);
    }

    [Fact]
    public async Task A_gRPC_client_gets_through_its_whole_flow_at_a_router()
    {
        var ct = TestContext.Current.CancellationToken;
        var (model, _, _) = await ServedAsync(ct);
        await Eventually.HoldsAsync("the router answers for it", () => stack.AnswersAsync(model, 3, ct), Bound, ct);

        var printed = await RunAsync("grpc-flow.mjs", ct, $"{stack.Router.Host}:{stack.Router.Port + PortsToGrpc}", model, stack.Token, "x-modelhub-environment=staging");

        Assert.Equal("grpc flow passed", printed);
    }

    [Fact]
    public async Task A_REST_client_gets_through_its_whole_flow_at_a_router()
    {
        var ct = TestContext.Current.CancellationToken;
        var (model, _, _) = await ServedAsync(ct);
        await Eventually.HoldsAsync("the router answers for it", () => stack.AnswersAsync(model, 3, ct), Bound, ct);

        var printed = await RunAsync("rest-flow.mjs", ct, new Uri(stack.Router, "/staging").AbsoluteUri, model, stack.Token);

        Assert.Equal("rest flow passed", printed);
    }

    [Fact]
    public async Task A_REST_client_gets_through_its_whole_flow_at_a_node()
    {
        var ct = TestContext.Current.CancellationToken;
        var (model, http, _) = await ServedAsync(ct);

        var printed = await RunAsync("rest-flow.mjs", ct, http.AbsoluteUri.TrimEnd('/'), model, stack.Token);

        Assert.Equal("rest flow passed", printed);
    }

    private async Task<(string Model, Uri Http, Uri Grpc)> ServedAsync(CancellationToken ct)
    {
        served ??= await stack.ServedModelAsync("clients", 3, ct);
        using var registry = new Registry(stack);
        var (http, grpc) = await registry.HolderAsync(served, ct);
        return (served, http, grpc);
    }

    private static async Task<string> RunAsync(string script, CancellationToken ct, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("node", [Path.Combine(Repository.Root, "tests", "ModelHub.EndToEnd", "Clients", script), .. arguments])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bound.CancelAfter(Bound);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(bound.Token);
            var errors = process.StandardError.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);
            return process.ExitCode == 0 ? (await output).Trim() : throw new UnexpectedAnswerException($"{script} ended with {process.ExitCode}:\n{await output}{await errors}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
