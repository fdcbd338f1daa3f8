namespace ModelHub.EndToEnd.Support;

internal static class Answering
{
    /// <summary>Whether staging answers for a <see cref="Registering.ServedModelAsync"/> with its value.</summary>
    public static async Task<bool> AnswersAsync(this Stack stack, string model, int value, CancellationToken ct)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(stack.Router, $"/staging/v2/models/{model}/infer"))
        {
            Content = new StringContent("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,1,1,1]}]}"""),
        };
        request.Headers.Authorization = new("Bearer", stack.Token);
        request.Content.Headers.ContentType = new("application/json");
        using var response = await http.SendAsync(request, ct);
        return response.IsSuccessStatusCode && (await response.Content.ReadAsStringAsync(ct)).Contains($"[{value},{value},{value},{value}]", StringComparison.Ordinal);
    }
}
