using System.Text.Json;

namespace ModelHub.EndToEnd.Support;

/// <summary>Requests to a <see cref="TinyModel"/> in staging that carry a user, as experiments deal them.</summary>
internal static class KeyedCalls
{
    private static readonly HttpClient Http = new();

    /// <returns>The factor of the version that answered.</returns>
    public static async Task<int> AskAsAsync(this Stack stack, string model, string? user, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(stack.Router, $"/staging/v2/models/{model}/infer"))
        {
            Content = new StringContent("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,1,1,1]}]}""", null, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", stack.Token);
        if (user is not null)
            request.Headers.Add("x-user", user);
        using var answer = await Http.SendAsync(request, ct);
        var said = await answer.Content.ReadAsStringAsync(ct);
        if (!answer.IsSuccessStatusCode)
            throw new UnexpectedAnswerException(said);
        using var json = JsonDocument.Parse(said);
        return (int)json.RootElement.GetProperty("outputs")[0].GetProperty("data")[0].GetSingle();
    }

    /// <summary>Whether the router has the table with two arms; asks as so many users that nobody else is.</summary>
    public static async Task<bool> DealsAsync(this Stack stack, string model, int probes, CancellationToken ct)
    {
        var dealt = new HashSet<int>();
        for (var probe = 0; probe < probes; probe++)
            dealt.Add(await stack.AskAsAsync(model, $"probe-{probe}", ct));
        return dealt.Count == 2;
    }
}
