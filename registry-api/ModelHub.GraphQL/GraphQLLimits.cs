using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace ModelHub.GraphQL;

/// <summary>What a request may ask for. Every limit answers with an error that names it; a limit outside its range stops the start.</summary>
public sealed class GraphQLLimits
{
    /// <summary>Bytes of a request's body.</summary>
    [Range(1, 1 << 30)]
    public int MaxBodyBytes { get; set; } = 1 << 20;

    /// <summary>For the whole body of a request to arrive.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Characters of a document.</summary>
    [Range(1, 1 << 28)]
    public int MaxDocumentLength { get; set; } = 256 * 1024;

    [Range(1, 10_000_000)]
    public int MaxTokens { get; set; } = 20_000;

    /// <summary>Nesting the parser accepts, of anything.</summary>
    [Range(1, 500)]
    public int MaxParserDepth { get; set; } = 200;

    /// <summary>Nesting of fields, introspection aside.</summary>
    [Range(1, 200)]
    public int MaxDepth { get; set; } = 15;

    [Range(1, 20)]
    public int MaxIntrospectionLists { get; set; } = 2;

    [Range(1, 200)]
    public int MaxIntrospectionDepth { get; set; } = 24;

    [Range(1, 1000)]
    public int MaxDirectivesPerLocation { get; set; } = 4;

    [Range(1, 1_000_000)]
    public int MaxFragmentVisits { get; set; } = 1000;

    [Range(1, 100_000_000)]
    public int MaxMergeComparisons { get; set; } = 100_000;

    [Range(1, 1000)]
    public int MaxValidationErrors { get; set; } = 5;

    [Range(1, 1000)]
    public int MaxErrors { get; set; } = 20;

    /// <summary>Fields of a plan, fragments expanded.</summary>
    [Range(1, 1_000_000)]
    public int MaxFields { get; set; } = 500;

    [Range(1, 100_000)]
    public int MaxRootFields { get; set; } = 100;

    [Range(1, 10_000)]
    public int MaxVariables { get; set; } = 100;

    /// <summary>Values (list items, object fields) in one argument or variable.</summary>
    [Range(1, 10_000_000)]
    public int MaxInputValues { get; set; } = 20_000;

    [Range(1, 10_000)]
    public int MaxFilterNodes { get; set; } = 50;

    [Range(1, 50)]
    public int MaxFilterDepth { get; set; } = 5;

    [Range(1d, 1e9)]
    public double MaxCost { get; set; } = 2000;

    [Range(1, 10_000)]
    public int MaxPageSize { get; set; } = 100;

    [Range(1, 10_000)]
    public int MaxNodes { get; set; } = 50;

    [Range(1024, 1 << 30)]
    public int MaxResponseBytes { get; set; } = 16 << 20;

    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan ExecutionTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Operations that run at once, over all transports.</summary>
    [Range(1, 100_000)]
    public int MaxConcurrentExecutions { get; set; } = 64;

    /// <summary>How long an operation waits for its turn before the client is told to come back.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan QueueTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Operations that wait for their turn; the client of one more is told to come back at once.</summary>
    [Range(0, 1_000_000)]
    public int MaxQueuedExecutions { get; set; } = 1024;

    /// <summary>Resolvers of one request that hold a database context at the same time, and loaders that fetch.</summary>
    [Range(1, 1000)]
    public int MaxDatabaseResolvers { get; set; } = 4;

    [Range(1, 100_000)]
    public int MaxOperationsPerSocket { get; set; } = 50;

    /// <summary>Sockets and event streams of one caller.</summary>
    [Range(1, 100_000)]
    public int MaxConnectionsPerPrincipal { get; set; } = 5;

    /// <summary>Bytes of a message on a socket.</summary>
    [Range(1, 1 << 30)]
    public int MaxSocketMessageBytes { get; set; } = 1 << 20;

    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan ConnectionInitTimeout { get; set; } = TimeSpan.FromSeconds(10);

    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    [Range(1, 1_000_000)]
    public int MaxCachedPlans { get; set; } = 1000;

    [Range(1d, 1L << 40)]
    public long MaxCachedPlanBytes { get; set; } = 32 << 20;

    /// <summary>Every limit that is out of its range, with the range.</summary>
    public IReadOnlyList<string> Faults() =>
        [.. from property in typeof(GraphQLLimits).GetProperties()
            let range = property.GetCustomAttribute<RangeAttribute>()!
            where !range.IsValid(property.GetValue(this))
            select $"{property.Name}: from {range.Minimum} to {range.Maximum}, not {property.GetValue(this)}"];
}
