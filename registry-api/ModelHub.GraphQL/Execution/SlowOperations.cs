using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using ModelHub.GraphQL.Planning;

namespace ModelHub.GraphQL.Execution;

/// <summary>Writes operations that took long to the log: which document and operation, never the document's literals or the variables.</summary>
internal static partial class SlowOperations
{
    private const int LongestName = 100;

    public static void Note(ILogger log, Plan plan, TimeSpan took, int errors) =>
        log.Slow(Telemetry.Word(plan.Kind), NameOf(plan), DocumentId(plan.Source), took.TotalMilliseconds, errors);

    /// <summary>The id by which the document would be trusted: the SHA-256 of its text.</summary>
    public static string DocumentId(string source) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)));

    /// <summary>The operation's name, cut to what a log line bears.</summary>
    public static string NameOf(Plan plan) => plan.Operation.Name is not { } name ? "" : name.Length > LongestName ? name[..LongestName] : name;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Slow {Kind} {Operation} of document {Document}: {Milliseconds:0} ms, {Errors} errors")]
    private static partial void Slow(this ILogger log, string kind, string operation, string document, double milliseconds, int errors);
}
