using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ModelHub.EndToEnd.Surviving.Kills;

/// <param name="Id">The same at every try.</param>
/// <param name="Event">The sequence of its event.</param>
internal sealed record Message(string Id, long Event);

/// <summary>A receiver of webhooks that writes down all that came, in the order in which it came.</summary>
internal sealed class MessageLog : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Message> messages = new();
    private readonly ConcurrentQueue<Message> interrupted = new();
    private Action? atNext;

    private MessageLog(WebApplication app) => this.app = app;

    public string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/hook";

    public IReadOnlyList<Message> Messages => [.. messages];

    /// <summary>The status of each answer.</summary>
    public int Answer { get; set; } = StatusCodes.Status200OK;

    /// <summary>Those that had come when something happened, and were not answered yet.</summary>
    public IReadOnlyList<Message> Interrupted => [.. interrupted];

    public static async Task<MessageLog> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var log = new MessageLog(builder.Build());
        log.app.MapPost("/hook", log.TakeAsync);
        await log.app.StartAsync();
        return log;
    }

    /// <summary>What happens while the next message is here and not answered yet.</summary>
    public void AtNext(Action what) => Interlocked.Exchange(ref atNext, what);

    /// <summary>Takes back what <see cref="AtNext"/> said.</summary>
    /// <returns>false when it has happened already</returns>
    public bool Forget() => Interlocked.Exchange(ref atNext, null) is not null;

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeAsync(HttpRequest request)
    {
        using var json = await JsonDocument.ParseAsync(request.Body);
        var message = new Message(request.Headers["webhook-id"]!, json.RootElement.GetProperty("sequence").GetInt64());
        messages.Enqueue(message);
        request.HttpContext.Response.StatusCode = Answer;
        if (Interlocked.Exchange(ref atNext, null) is { } interrupt)
        {
            interrupt();
            interrupted.Enqueue(message);
        }
    }
}
