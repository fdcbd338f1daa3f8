[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace ModelHub.EndToEnd.Support;

/// <summary>The one stack that most tests share; each test uses model names of its own. It runs while they do, and not beside those that start their own.</summary>
public sealed class SharedStack : IAsyncLifetime
{
    internal const string Name = "the shared stack";

    internal Stack Stack { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Stack = await Stack.StartAsync(CancellationToken.None, environment: Settings());

    public ValueTask DisposeAsync() => Stack.DisposeAsync();

    /// <summary>What nodes run besides ONNX, and where webhooks may lead: nothing and nowhere near, unless their operator says so.</summary>
    private static Dictionary<string, string> Settings()
    {
        var settings = new Dictionary<string, string>
        {
            ["MODELHUB__RUNTIMES__EXTERNALHOSTS"] = $"127.0.0.1:{OtherServer.Port}",
            ["MODELHUB__WEBHOOKS__ALLOWEDNETWORKS"] = "127.0.0.0/8",
        };
        if (File.Exists(SystemPython.Path))
            settings["MODELHUB__RUNTIMES__PYTHON"] = SystemPython.Path;
        return settings;
    }
}

/// <summary>The tests on the shared stack.</summary>
[CollectionDefinition(SharedStack.Name)]
public sealed class SharedStackTests : ICollectionFixture<SharedStack>;
