using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;

namespace ModelHub.Hosting;

/// <summary>
/// Where a host takes gRPC: an endpoint of its own, since without TLS a connection cannot agree on HTTP/2 and the
/// others speak HTTP/1.1. The setting <c>Grpc</c> names it; unless told otherwise it is a hundred ports above the
/// first address of the host, or any free port where that one is; <c>off</c> leaves it out.
/// </summary>
public sealed class GrpcListener
{
    private const string Endpoint = "Grpc";
    private const int PortsAbove = 100;
    private const int LastPort = 65_535;
    private ListenOptions? listen;

    /// <summary>The port it really listens on; null before the start, and when gRPC is off.</summary>
    public int? Port => listen?.IPEndPoint?.Port;

    /// <summary>The base URL of gRPC for those who reach the host under another one.</summary>
    /// <param name="http">such as <c>http://10.0.0.7:5091</c></param>
    public string? AddressBeside(string http) =>
        Port is { } port ? new UriBuilder(http) { Port = port }.Uri.GetLeftPart(UriPartial.Authority) : null;

    /// <param name="local">path of a <see cref="LocalSocket"/></param>
    internal void Add(WebApplicationBuilder builder, Settings settings, string[] urls, string? local = null)
    {
        var grpc = settings.Listening(Endpoint, urls.Select(Beside).FirstOrDefault(url => url is not null));
        if (grpc is null && local is null)
            return;
        // Kestrel takes its endpoints either from "Urls" or from its own section: all go there.
        var endpoints = new Dictionary<string, string?>();
        for (var i = 0; i < urls.Length; i++)
            endpoints[Key($"Http{i}", "Url")] = urls[i];
        if (local is not null)
        {
            LocalSocket.Prepare(local);
            endpoints[Key("Local", "Url")] = $"http://unix:{local}";
        }
        if (grpc is not null)
            (endpoints[Key(Endpoint, "Url")], endpoints[Key(Endpoint, "Protocols")]) = (grpc, nameof(HttpProtocols.Http2));
        builder.Configuration.AddInMemoryCollection(endpoints);
        builder.WebHost.UseUrls();
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            var configured = kestrel.Configure(context.Configuration.GetSection("Kestrel"));
            if (grpc is not null)
                configured.Endpoint(Endpoint, endpoint => listen = endpoint.ListenOptions);
        });
    }

    private static string? Beside(string url) =>
        BindingAddress.Parse(url) is { Scheme: "http", IsUnixPipe: false } plain
            ? $"http://{plain.Host}:{(plain.Port is 0 or > LastPort - PortsAbove ? 0 : plain.Port + PortsAbove)}"
            : null;

    private static string Key(string endpoint, string setting) => $"Kestrel:Endpoints:{endpoint}:{setting}";
}
