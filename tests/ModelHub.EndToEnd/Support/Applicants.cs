using System.Text.Json.Nodes;

namespace ModelHub.EndToEnd.Support;

/// <summary>
/// Rows of x, y and kind at a steady pace, with the label (whether x without the shift and y are more than ten together) as soon as they are answered.
/// A request that fails ends it, and is thrown when it is disposed.
/// </summary>
internal sealed class Applicants : IAsyncDisposable
{
    private const int Rows = 40;
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly CancellationTokenSource stopping = new();
    private readonly Task sending;

    private Applicants(Stack stack, string model, double shift) => sending = Task.Run(() => SendAsync(stack, model, shift));

    /// <param name="shift">By how much x has moved.</param>
    public static Applicants Start(Stack stack, string model, double shift) => new(stack, model, shift);

    /// <summary>The same law as that of the traffic, as lines of CSV with a header.</summary>
    public static IEnumerable<string> Csv(int rows, double shift)
    {
        var random = new Random(1);
        return ["x,y,kind,label", .. Enumerable.Range(0, rows).Select(i => Draw(random, i, shift)).Select(row => FormattableString.Invariant($"{row.X:0.###},{row.Y:0.###},{row.Kind},{row.Label}"))];
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await sending;
        stopping.Dispose();
    }

    private static (double X, double Y, string Kind, int Label) Draw(Random random, int i, double shift)
    {
        var (x, y) = (random.NextDouble() * 10, random.NextDouble() * 10);
        return (x + shift, y, i % 3 == 0 ? "new" : "old", x + y > 10 ? 1 : 0);
    }

    private async Task SendAsync(Stack stack, string model, double shift)
    {
        var random = new Random(2);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (var n = 0; !stopping.IsCancellationRequested; n++)
        {
            var (rows, id) = (Enumerable.Range(0, Rows).Select(i => Draw(random, i, shift)).ToList(), $"{model}-{n}");
            var asked = new JsonArray([.. rows.Select(row => new JsonObject { ["x"] = row.X, ["y"] = row.Y, ["kind"] = row.Kind })]);
            await PostAsync(stack, new Uri(stack.Router, $"/staging/predict/{model}"), asked, id);
            var labels = new JsonArray([.. rows.Select((row, i) => new JsonObject { ["request"] = id, ["row"] = i, ["value"] = $"{row.Label}" })]);
            await PostAsync(stack, new Uri(stack.Api, "/api/v1/labels"), new JsonObject { ["model"] = model, ["environment"] = "staging", ["source"] = "tests", ["labels"] = labels }, id);
            await ticks.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static async Task PostAsync(Stack stack, Uri address, JsonNode body, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", stack.Token);
        request.Headers.Add("x-request-id", id);
        using var answer = await Http.SendAsync(request);
        if (!answer.IsSuccessStatusCode)
            throw new UnexpectedAnswerException($"{address}: {await answer.Content.ReadAsStringAsync()}");
    }
}
