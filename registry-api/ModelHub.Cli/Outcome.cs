using System.Text.Json.Nodes;

namespace ModelHub.Cli;

/// <summary>What a command ends with.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Document">What --json prints.</param>
/// <param name="Lines">The same for people.</param>
internal sealed record Outcome(int Code, JsonObject Document, params string[] Lines)
{
    public static Outcome Done(JsonObject document, params string[] lines) => new(ExitCode.Done, document, lines);
}
