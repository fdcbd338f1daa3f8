using ModelHub.EndToEnd.Support;

[assembly: AssemblyFixture(typeof(SharedStack))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace ModelHub.EndToEnd.Support;

/// <summary>The one stack that most tests share; each test uses model names of its own.</summary>
public sealed class SharedStack : IAsyncLifetime
{
    internal Stack Stack { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Stack = await Stack.StartAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => Stack.DisposeAsync();
}
