using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Worker.Webhooks;

/// <summary>Sends one signed message and reads no more of the answer than is kept.</summary>
internal sealed class SendMessage(HttpClient http)
{
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(15);
    private static readonly ProductInfoHeaderValue Ourselves = new("ModelHub", "1");

    public async Task<AttemptOutcome> RunAsync(
        string url, Guid id, ReadOnlyMemory<byte> body, IReadOnlyList<WebhookSecret> secrets, DateTimeOffset now, CancellationToken ct)
    {
        using var request = Signed(url, id, body, secrets, now);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(MostTime);
        var began = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limited.Token);
            var text = await BeginningAsync(answer, limited.Token);
            var status = (int)answer.StatusCode;
            return new(now, Since(began), status, answer.IsSuccessStatusCode ? null : string.Create(null, $"answered {status}"), text);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new(now, Since(began), null, string.Create(null, $"no answer within {MostTime.TotalSeconds:0} s"), null);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return new(now, Since(began), null, Reason(failure), null);
        }
    }

    private static HttpRequestMessage Signed(string url, Guid id, ReadOnlyMemory<byte> body, IReadOnlyList<WebhookSecret> secrets, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(Ourselves);
        request.Headers.Add("webhook-id", id.ToString());
        request.Headers.Add("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", string.Join(' ', secrets.Select(secret => secret.Sign(id.ToString(), seconds, body.Span))));
        return request;
    }

    private static async Task<string> BeginningAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        var buffer = new byte[WebhookAttempt.MostAnswer];
        await using var stream = await answer.Content.ReadAsStreamAsync(ct);
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        // PostgreSQL keeps no NUL in text.
        return Encoding.UTF8.GetString(buffer.AsSpan(0, read)).Replace('\0', ' ');
    }

    private static double Since(long began) => Stopwatch.GetElapsedTime(began).TotalMilliseconds;

    private static string Reason(Exception failure) =>
        failure.InnerException is AddressNotAllowedException refused ? refused.Message : failure.InnerException?.Message ?? failure.Message;
}
