using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using ModelHub.Hosting;

namespace ModelHub.Router.Control;

/// <summary>Where others reach this router: as configured, else where it listens (known once the server runs).</summary>
internal sealed class RouterAddress(RouterOptions options, IServer server, GrpcListener grpc)
{
    public string Value =>
        options.Address
        ?? server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(a => BindingAddress.Parse(a).Port != grpc.Port)?.TrimEnd('/')
        ?? "http://127.0.0.1:5090";
}
