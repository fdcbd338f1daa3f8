namespace ModelHub.Router;

/// <summary>The host cannot start as it is configured; the message tells every fault.</summary>
internal sealed class InvalidOptionsException(IEnumerable<string> faults)
    : Exception("The configuration is not valid:\n" + string.Join('\n', faults.Select(f => "  " + f)));
