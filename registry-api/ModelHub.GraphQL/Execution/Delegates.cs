namespace ModelHub.GraphQL.Execution;

/// <summary>Reads a value at once.</summary>
internal delegate object? PureResolver(FieldCall call, object? source, object?[] args);

/// <summary>Waits for a value.</summary>
internal delegate ValueTask<object?> AsyncResolver(FieldCall call, object? source, object?[] args);

/// <summary>Opens the events of a subscription; each message is the source of the field.</summary>
internal delegate IAsyncEnumerable<object?> StreamResolver(FieldCall call, object?[] args);

/// <summary>Writes a property of the source; false when it is null.</summary>
internal delegate bool LeafGetter(ResponseWriter writer, object source);

/// <summary>Writes a leaf value that is not null.</summary>
/// <exception cref="LeafException">The value has no representation in its type.</exception>
internal delegate void LeafWriter(ResponseWriter writer, object value);
