using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using ModelHub.Hosting;

namespace ModelHub.Node.Control;

/// <summary>Where routers reach this node: as configured, else where it listens (known once the server runs).</summary>
internal sealed class NodeAddress(NodeOptions options, IServer server, GrpcListener grpc)
{
    public string Value =>
        options.Address
        ?? server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(a => BindingAddress.Parse(a) is { IsUnixPipe: false } at && at.Port != grpc.Port)?.TrimEnd('/')
        ?? "http://127.0.0.1:5091";

    /// <summary>Null when this node takes no gRPC.</summary>
    public string? Grpc => options.GrpcAddress ?? grpc.AddressBeside(Value);
}
