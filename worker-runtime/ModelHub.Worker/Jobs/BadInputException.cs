namespace ModelHub.Worker.Jobs;

/// <summary>
/// What a person gave is at fault and stays so: the job that meets it fails at once, with this reason and without a
/// retry. The message is shown to people: it names the file, line or field and the limit.
/// </summary>
internal sealed class BadInputException(string message, Exception? inner = null) : Exception(message, inner);
