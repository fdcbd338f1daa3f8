using ModelHub.Inference.Remote;
using ModelHub.Node.Artifacts;
using ModelHub.Node.Runtimes.Remote;
using ModelHub.Protocol;

namespace ModelHub.Node.Runtimes.External;

/// <summary>
/// Versions on servers that are not ours. A version names its server itself, so only hosts that the operator of this node lists are
/// spoken to; redirects are not followed and no proxy is used, or a listed host could lead elsewhere.
/// </summary>
internal sealed class ExternalVersions(NodeOptions options) : IRuntime
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);

    public string Name => ExternalTarget.Format;

    public bool Takes(string format) => format == ExternalTarget.Format;

    public async Task<(RuntimeInstance? Instance, PlacementProblem? Problem)> OpenAsync(Assignment assignment, string path, CancellationToken ct)
    {
        var (target, problem) = Target(path);
        if (target is null)
            return (null, problem);
        var (spec, missing) = DeclaredSpec.Of(assignment, Platform(target.Kind));
        if (spec is null)
            return (null, missing);
        var instance = new RemoteInstance(spec, Client(target), DialectOf(target), () => 0);
        if (await instance.CheckAsync(ct) is not { } unfit)
            return (instance, null);
        await instance.DisposeAsync();
        return (null, unfit);
    }

    private (ExternalTarget? Target, PlacementProblem? Problem) Target(string path)
    {
        try
        {
            var target = ExternalTarget.Read(path);
            return options.ExternalHosts.Contains(target.Authority, StringComparer.OrdinalIgnoreCase)
                ? (target, null)
                : (null, new PlacementProblem("host-not-allowed", $"{target.Authority} is not among the hosts that this node may speak to (Runtimes:ExternalHosts)."));
        }
        catch (InvalidDataException e)
        {
            return (null, new PlacementProblem("refused", e.Message));
        }
    }

    private HttpClient Client(ExternalTarget target) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = ConnectTime,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxConnectionsPerServer = options.Queue,
    })
    {
        BaseAddress = new Uri(target.Url.AbsoluteUri.TrimEnd('/') + "/"),
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = options.Limits.BodyBytes,
    };

    private static Dialect DialectOf(ExternalTarget target) => target.Kind switch
    {
        ExternalKind.V2 => new V2Dialect(target.Model, target.Version),
        ExternalKind.TensorFlowServing => new TensorFlowDialect(target.Model, target.Version),
        ExternalKind.TorchServe => new TorchServeDialect(target.Model, target.Version),
        _ => throw new InvalidOperationException($"A server of a new kind: {target.Kind}."),
    };

    private static string Platform(ExternalKind kind) => kind switch
    {
        ExternalKind.TensorFlowServing => "tensorflow_serving",
        ExternalKind.TorchServe => "pytorch_torchserve",
        _ => "external_v2",
    };
}
