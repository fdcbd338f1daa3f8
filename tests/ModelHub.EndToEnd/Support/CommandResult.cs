using System.Text.Json;

namespace ModelHub.EndToEnd.Support;

/// <summary>What one call of <c>./modelhub</c> left behind.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>This result, if the command ended with <paramref name="exitCode"/>; else a failure that shows all it printed.</summary>
    public CommandResult Expect(int exitCode) => ExitCode == exitCode
        ? this
        : throw new UnexpectedAnswerException($"exit {ExitCode}, expected {exitCode}\n{Output}\n{Errors}");
}
