using System.Diagnostics;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Transport;

/// <summary>The span and the measures of one request, from its arrival until it is disposed.</summary>
internal sealed class RequestWatch : IDisposable
{
    private readonly Activity? span = Telemetry.Source.StartActivity("graphql.request", ActivityKind.Internal);
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly string transport;
    private OperationKind? ran;

    private RequestWatch(string transport) => this.transport = transport;

    public static RequestWatch Start(string transport) => new(transport);

    /// <summary>What became of the request: an operation, or its refusal.</summary>
    public void Prepared(PreparedOperation? operation, Refused? refused)
    {
        ran = operation?.Plan.Kind;
        Telemetry.Requested(transport, ran, refused is not null);
        if (refused is not null)
            Telemetry.Failed(refused.Errors);
        if (span is not { IsAllDataRequested: true })
            return;
        span.SetTag("graphql.transport", transport);
        if (operation is null)
        {
            span.SetStatus(ActivityStatusCode.Error, refused?.Errors[0].Code);
            return;
        }

        span.SetTag("graphql.operation.type", Telemetry.Word(ran));
        span.SetTag("graphql.operation.name", SlowOperations.NameOf(operation.Plan));
        span.SetTag("graphql.document.id", SlowOperations.DocumentId(operation.Plan.Source));
    }

    public void Dispose()
    {
        if (ran is { } kind and not OperationKind.Subscription)
            Telemetry.Answered(transport, kind, started);
        span?.Dispose();
    }
}
