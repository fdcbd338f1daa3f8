namespace ModelHub.Database;

/// <summary>The number of one kind of state that nodes and routers follow; the same number means the same content.</summary>
internal sealed class NumberedState
{
    public string Name { get; init; } = "";

    public long Value { get; init; }
}
