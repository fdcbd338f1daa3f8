using System.Net;
using Microsoft.AspNetCore.Authorization;
using ModelHub.Domain.Access;
using Xunit;

namespace ModelHub.Tests.Api.Access;

/// <summary>Made from the routes of the running host: a route that is added is tested by being there.</summary>
public sealed class RouteAccessTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly string[] OpenToAll =
    [
        "/healthz/live", "/healthz/ready", "/metrics", "/control", "/graphql", "/graphql/ide/{file}", "/api/v1/access/login-links/{code}/redeem",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Only_these_routes_are_open_at_the_door()
    {
        var open = Routes().Where(route => route.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(Pattern).Distinct();

        Assert.Equal(OpenToAll.Order(), open.Order());
    }

    [Fact]
    public async Task Anonymous_gets_401_and_no_role_403_on_every_other_route()
    {
        using var anonymous = host.Anonymous();
        using var nobody = await host.AsAsync([]);

        foreach (var route in Routes().Where(route => !OpenToAll.Contains(Pattern(route))))
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(anonymous, method, route));
                if (Pattern(route) != "/schema.graphql")
                    Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(nobody, method, route));
            }
    }

    [Fact]
    public async Task A_viewer_may_not_upload_nor_post_checks()
    {
        using var viewer = await host.AsAsync(Role.Viewer);

        foreach (var route in Routes().Where(route => Pattern(route).Contains("uploads") || Pattern(route).EndsWith("checks", StringComparison.Ordinal)))
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
                Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(viewer, method, route));
    }

    [Fact]
    public async Task Bytes_of_another_namespace_are_not_found()
    {
        using var admin = await host.AdminAsync();
        await admin.ModelAsync("vault.model");
        var digest = await admin.UploadAsync([1, 2, 3, 4, 5]);
        await admin.DoAsync("registerVersion", new { model = "vault.model", digest }, "version { number }");
        var path = $"/api/v1/artifacts/sha256/{digest["sha256:".Length..]}";
        using var insider = await host.AsAsync(Role.Viewer, "vault");
        using var outsider = await host.AsAsync(Role.Viewer, "other");

        Assert.Equal(HttpStatusCode.OK, (await insider.Http.GetAsync(path, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await outsider.Http.GetAsync(path, Ct)).StatusCode);
    }

    [Fact]
    public async Task A_route_that_does_not_exist_tells_nobody_so()
    {
        using var anonymous = host.Anonymous();

        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.Http.GetAsync("/api/v1/nothing", Ct)).StatusCode);
    }

    private static async Task<HttpStatusCode> StatusAsync(ApiClient client, string method, RouteEndpoint route)
    {
        var path = System.Text.RegularExpressions.Regex.Replace(Pattern(route), @"\{[^}]+\}", new string('0', 64));
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is "POST" or "PATCH" or "PUT")
            request.Content = new StringContent("{}", null, "application/json");
        using var answer = await client.Http.SendAsync(request, Ct);
        return answer.StatusCode;
    }

    private IEnumerable<RouteEndpoint> Routes() => host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static string Pattern(RouteEndpoint route) => "/" + route.RoutePattern.RawText!.Trim('/');
}
