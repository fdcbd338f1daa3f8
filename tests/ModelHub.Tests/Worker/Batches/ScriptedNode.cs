namespace ModelHub.Tests.Worker.Batches;

/// <summary>Something that listens where a node would and answers as a test has it.</summary>
internal sealed class ScriptedNode(WebApplication app) : IAsyncDisposable
{
    public string Address => app.Urls.Single();

    public static async Task<ScriptedNode> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new ScriptedNode(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
