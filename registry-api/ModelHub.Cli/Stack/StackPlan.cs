using System.Text;

namespace ModelHub.Cli.Stack;

/// <summary>Which hosts run where: the api at the first port, then console, routers, nodes and the worker.</summary>
internal sealed class StackPlan
{
    private const int MostPorts = 65535;
    private const int LongestSocketFolder = 90;
    private const string ExternalHosts = "RUNTIMES__EXTERNALHOSTS";

    private readonly StackOptions options;
    private readonly string database;
    private readonly string joinToken;
    private readonly string secretsKey;

    public StackPlan(StackOptions options, string database, string joinToken, string secretsKey)
    {
        this.options = options;
        this.database = database;
        this.joinToken = joinToken;
        this.secretsKey = secretsKey;
    }

    public string Api => Url(options.Port);
    public string Console => Url(options.Port + 1);
    public string Router => Url(options.Port + 2);

    /// <summary>Every port the stack listens on, with the name of who does.</summary>
    public static IReadOnlyList<(int Port, string Name)> Ports(StackOptions options)
    {
        List<string> names = ["api", "console", .. RouterNames(options), .. NodeNames(options), "worker-1"];
        return options.Port + names.Count - 1 <= MostPorts
            ? [.. names.Select((name, index) => (options.Port + index, name))]
            : throw new BrokenWorldException($"--port {options.Port} leaves no room for {names.Count} ports below {MostPorts + 1}.");
    }

    public HostPlan Migrations => new("migrations", "ModelHub.Migrations", null, new() { ["DATABASE"] = database });

    public IReadOnlyList<HostPlan> Hosts() => [.. Ports(options).Select(at => Host(at.Name, at.Port))];

    private HostPlan Host(string name, int port) => name switch
    {
        "api" => new(name, "ModelHub.Api", port, ApiSettings()),
        "console" => new(name, "ModelHub.Console", port, new() { ["API"] = Api, ["DATA"] = Folder(name) }),
        _ when name.StartsWith("worker", StringComparison.Ordinal) =>
            new(name, "ModelHub.Worker", port, new() { ["DATABASE"] = database, ["API"] = Api, ["NAME"] = name, ["DATA"] = Folder(name), ["SECRETSKEY"] = secretsKey }),
        _ when name.StartsWith("router", StringComparison.Ordinal) => new(name, "ModelHub.Router", port, Joining(name, port)),
        _ => new(name, "ModelHub.Node", port, NodeSettings(name, port)),
    };

    private Dictionary<string, string> NodeSettings(string name, int port)
    {
        // Routers are told where a node takes gRPC: any free port will do.
        var settings = new Dictionary<string, string>(Joining(name, port)) { ["GRPC"] = Url(0) };
        if (options.ModelServer is { } server)
            settings[ExternalHosts] = Environment.GetEnvironmentVariable("MODELHUB__" + ExternalHosts) is { Length: > 0 } listed ? $"{listed},{server}" : server;
        return settings;
    }

    private Dictionary<string, string> ApiSettings() => new()
    {
        ["DATABASE"] = database,
        ["DATA"] = Folder("api"),
        ["JOINTOKEN"] = joinToken,
        ["SECRETSKEY"] = secretsKey,
        ["PUBLICURLS__API"] = Api,
        ["PUBLICURLS__CONSOLE"] = Console,
        ["PUBLICURLS__ROUTER"] = Router,
    };

    private Dictionary<string, string> Joining(string name, int port)
    {
        var settings = new Dictionary<string, string> { ["API"] = Api, ["JOINTOKEN"] = joinToken, ["NAME"] = name, ["ADDRESS"] = Url(port), ["DATA"] = Folder(name) };
        // Routers reach nodes without the network; where the path is too long for a socket they go by the port.
        if (Encoding.UTF8.GetByteCount(Path.GetFullPath(Sockets)) <= LongestSocketFolder)
            settings["LOCALSOCKETS"] = Sockets;
        return settings;
    }

    private string Sockets => Folder("sockets");

    private string Folder(string name) => Path.Combine(options.Data, name);

    private static string Url(int port) => $"http://127.0.0.1:{port}";

    private static IEnumerable<string> RouterNames(StackOptions options) => Enumerable.Range(1, options.Routers).Select(index => $"router-{index}");

    private static IEnumerable<string> NodeNames(StackOptions options) => Enumerable.Range(1, options.Nodes).Select(index => $"node-{index}");
}
