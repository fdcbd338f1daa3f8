using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Inference;

/// <summary>Requests that a model cannot answer, sent through the router.</summary>
[Collection(SharedStack.Name)]
public sealed class WrongInputs(SharedStack shared)
{
    private static readonly HttpClient Http = new();
    private static string? served;
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task A_good_request_is_answered_by_the_named_version()
    {
        var ct = TestContext.Current.CancellationToken;

        using var response = await InferAsync("""{"id":"r-1","inputs":[{"name":"x","datatype":"FP32","shape":[2,4],"data":[1,2,3,4,5,6,7,8]}]}""", stack.Token, ct);

        var body = await response.Content.ReadAsStringAsync(ct);
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        using var json = JsonDocument.Parse(body);
        Assert.Equal("1", json.RootElement.GetProperty("model_version").GetString());
        Assert.Equal("r-1", json.RootElement.GetProperty("id").GetString());
        Assert.Equal("1", response.Headers.GetValues("x-modelhub-version").Single());
        var y = json.RootElement.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(value => value.GetSingle());
        Assert.Equal([3f, 6f, 9f, 12f, 15f, 18f, 21f, 24f], y);
    }

    [Theory]
    [InlineData("wrong shape", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,5],"data":[1,2,3,4,5]}]}""")]
    [InlineData("wrong datatype", """{"inputs":[{"name":"x","datatype":"INT64","shape":[1,4],"data":[1,2,3,4]}]}""")]
    [InlineData("too few values", """{"inputs":[{"name":"x","datatype":"FP32","shape":[2,4],"data":[1,2,3,4]}]}""")]
    [InlineData("a string among numbers", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,2,"3",4]}]}""")]
    [InlineData("the input missing", """{"inputs":[]}""")]
    public async Task A_wrong_input_is_a_400_that_names_it(string what, string request)
    {
        var ct = TestContext.Current.CancellationToken;

        using var response = await InferAsync(request, stack.Token, ct);

        var body = await response.Content.ReadAsStringAsync(ct);
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{what}: {(int)response.StatusCode} {body}");
        using var json = JsonDocument.Parse(body);
        Assert.Matches("\\bx\\b", json.RootElement.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Without_a_token_nobody_is_answered_and_a_viewer_may_not_call()
    {
        var ct = TestContext.Current.CancellationToken;
        const string request = """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}""";
        var viewer = await stack.TokenAsync("VIEWER", ct);

        using var anonymous = await InferAsync(request, "", ct);

        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        // Until the router has the new access table it does not know the viewer at all.
        await Eventually.HoldsAsync("the router knows the viewer, and refuses", async () =>
        {
            using var tooLittle = await InferAsync(request, viewer, ct);
            Assert.True(tooLittle.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, $"{tooLittle.StatusCode}");
            return tooLittle.StatusCode == HttpStatusCode.Forbidden;
        }, TimeSpan.FromSeconds(10), ct);
    }

    private async Task<HttpResponseMessage> InferAsync(string json, string token, CancellationToken ct)
    {
        served ??= await stack.ServedModelAsync("inputs", 3, ct);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(stack.Router, $"/staging/v2/models/{served}/infer"));
        if (token.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await Http.SendAsync(request, ct);
    }
}
