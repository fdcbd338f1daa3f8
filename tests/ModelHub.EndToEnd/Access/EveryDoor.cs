using System.Net;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Access;

/// <summary>No door opens without a token, on any host.</summary>
[Collection(SharedStack.Name)]
public sealed class EveryDoor(SharedStack shared)
{
    private readonly Stack stack = shared.Stack;

    [Theory]
    [InlineData("api", "POST", "/graphql")]
    [InlineData("api", "POST", "/api/v1/artifacts/uploads")]
    [InlineData("api", "PUT", "/api/v1/artifacts")]
    [InlineData("api", "POST", "/api/v1/hooks/checks")]
    [InlineData("api", "POST", "/api/v1/hooks/promotions")]
    [InlineData("router", "POST", "/staging/v2/models/any/infer")]
    [InlineData("router", "POST", "/staging/predict/any")]
    public async Task An_anonymous_caller_gets_401_without_detail(string host, string method, string path)
    {
        var ct = TestContext.Current.CancellationToken;
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new(method), new Uri(host == "api" ? stack.Api : stack.Router, path))
        {
            Content = new StringContent("{}", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")),
        };

        using var response = await http.SendAsync(request, ct);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.True((await response.Content.ReadAsStringAsync(ct)).Length < 300);
    }
}
