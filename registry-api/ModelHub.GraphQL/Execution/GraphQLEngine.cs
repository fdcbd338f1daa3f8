using System.Diagnostics;
using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelHub.GraphQL.Language;
using ModelHub.GraphQL.Planning;
using ModelHub.GraphQL.Types;
using ModelHub.GraphQL.Validation;

namespace ModelHub.GraphQL.Execution;

/// <summary>An operation that may run: known, valid, with its variables, within the limits.</summary>
internal sealed record PreparedOperation(Plan Plan, VariableValues Variables, Cost Cost);

/// <summary>Why a request cannot run.</summary>
internal sealed record Refused(GraphQLError[] Errors, RefusedBy By);

internal enum RefusedBy
{
    /// <summary>The request is no GraphQL request.</summary>
    Form,

    /// <summary>Syntax, validation, variables or limits.</summary>
    Document,

    /// <summary>A mutation or subscription where only a query may run.</summary>
    Kind,
}

/// <summary>From a request to a plan, and from a plan to an answer.</summary>
internal sealed class GraphQLEngine : IDisposable
{
    // For operations that run at once.
    private readonly SemaphoreSlim places;
    private readonly DocumentCache cache;
    private readonly StoredDocuments stored;
    private int queued;

    public GraphQLEngine(SchemaSources sources, GraphQLOptions options, IServiceProviderIsService services, ILogger<GraphQLEngine> log)
    {
        Options = options;
        Log = log;
        places = new SemaphoreSlim(options.Limits.MaxConcurrentExecutions);
        Schema = SchemaBuilder.Build(sources, options, services);
        cache = new DocumentCache(options.Limits.MaxCachedPlans, options.Limits.MaxCachedPlanBytes);
        stored = StoredDocuments.Load(options, Schema);
    }

    /// <summary>How many documents are kept with their plans, and in how many bytes, roughly.</summary>
    public (int Entries, long Bytes) Kept => cache.Size;

    public Schema Schema { get; }

    public GraphQLOptions Options { get; }

    public ILogger Log { get; }

    public GraphQLLimits Limits => Options.Limits;

    public void Dispose() => places.Dispose();

    /// <summary>Waits for one of the places of operations that run at once; <see cref="Leave"/> gives it back.</summary>
    /// <returns>false: too many wait, or none became free in time</returns>
    public async ValueTask<bool> TryEnterAsync(CancellationToken ct)
    {
        if (places.Wait(0, ct))
            return true;
        try
        {
            return Interlocked.Increment(ref queued) <= Limits.MaxQueuedExecutions && await places.WaitAsync(Limits.QueueTimeout, ct);
        }
        finally
        {
            Interlocked.Decrement(ref queued);
        }
    }

    public void Leave() => places.Release();

    /// <summary>The operation, or why there is none; exactly one of the two.</summary>
    public (PreparedOperation? Operation, Refused? Refused) Prepare(GraphQLRequest request, ClaimsPrincipal user, Func<OperationKind, bool> allows)
    {
        var (source, missing) = Source(request);
        if (source is null)
            return (null, missing);
        var (document, faults) = DocumentOf(source, Introspectable(user));
        if (document is null)
            return (null, new Refused(faults, RefusedBy.Document));
        if (!Introspectable(user) && IntrospectionUse.In(document.Document))
            return Refuse("Introspection is not allowed.", "INTROSPECTION_DISABLED");
        var named = string.IsNullOrEmpty(request.OperationName) ? null : request.OperationName;
        var operations = document.Document.Operations;
        if (named is null && operations.Length > 1)
            return Refuse("The document has several operations; give operationName.", "OPERATION_NAME_MISSING");
        var operation = named is null ? operations.FirstOrDefault() : Array.Find(operations, o => o.Name == named);
        if (operation is null)
            return Refuse(named is null ? "The document has no operation." : "The document has no operation of that name.", "OPERATION_NOT_FOUND");
        if (!allows(operation.Kind))
            return (null, new Refused([new GraphQLError($"A {operation.Kind.ToString().ToLowerInvariant()} cannot run here.", "OPERATION_KIND")], RefusedBy.Kind));
        return Bind(document, operation, request);
    }

    /// <summary>Plans the stored documents, so that the first to ask does not wait, and a document beyond the limits stops the start.</summary>
    /// <exception cref="SchemaException">A stored document cannot be planned.</exception>
    public void PlanStored()
    {
        foreach (var source in stored.Sources)
        {
            if (DocumentOf(source, suggests: true) is not { Document: { } document })
                continue;
            try
            {
                foreach (var operation in document.Document.Operations)
                    document.PlanOf(Schema, operation, VariableValues.None, Limits);
            }
            catch (PlanLimitException e)
            {
                throw new SchemaException($"A stored document cannot be planned: {e.Message}");
            }
        }
    }

    /// <summary>Runs to the end and writes the whole answer.</summary>
    /// <param name="operation">What runs.</param>
    /// <param name="context">Who runs it.</param>
    /// <param name="source">The root object; the message, for an event of a subscription.</param>
    /// <param name="reportCost">The answer carries the cost in its extensions.</param>
    /// <param name="ct">Ends with the client.</param>
    public async ValueTask<ResponseWriter> RunAsync(PreparedOperation operation, RunContext context, object? source, bool reportCost, CancellationToken ct)
    {
        using var activity = Telemetry.Source.StartActivity("graphql.execute");
        var started = Stopwatch.GetTimestamp();
        var plan = operation.Plan;
        using var timeout = plan.Root.Deferred.Length == 0 ? null : CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout?.CancelAfter(Limits.ExecutionTimeout);
        var run = new OperationRun(this, plan, operation.Variables, context, timeout?.Token ?? ct);
        if (plan.Rules.Length > 0)
            await run.AuthorizeAsync();
        var root = plan.Root.Deferred.Length == 0 ? null : await new Resolution(run).RunAsync(source, serially: plan.Kind == OperationKind.Mutation);
        var writer = new ResponseWriter(Limits.MaxResponseBytes, plan.ExpectedLength);
        Answers.Write(writer, run, source, root, reportCost ? operation.Cost : null);
        plan.ExpectedLength = writer.Length;
        var took = Stopwatch.GetElapsedTime(started);
        Telemetry.Executed(plan.Kind, took, run.Errors);
        if (Options.SlowerThan > TimeSpan.Zero && took > Options.SlowerThan)
            SlowOperations.Note(Log, plan, took, run.Errors.Count);
        return writer;
    }

    private (string? Source, Refused? Missing) Source(GraphQLRequest request)
    {
        if (request.Id is { } id)
            return stored.Find(id) is { } found ? (found, null) : (null, new Refused([new GraphQLError("There is no document with this id.", "DOCUMENT_NOT_FOUND")], RefusedBy.Document));
        if (Options.TrustedDocuments == TrustedDocuments.Required && (request.Query is null || !stored.Holds(request.Query)))
            return (null, new Refused([new GraphQLError("Only stored documents may run.", "DOCUMENT_NOT_TRUSTED")], RefusedBy.Document));
        return request.Query is { } query ? (query, null) : (null, new Refused([new GraphQLError("The request has no query.", "BAD_REQUEST")], RefusedBy.Form));
    }

    private (CachedDocument? Document, GraphQLError[] Errors) DocumentOf(string source, bool suggests)
    {
        var known = cache.Find(source);
        Telemetry.LookedUp(known is not null);
        if (known is not null)
            return (known, []);
        try
        {
            var document = Parse(source);
            var errors = Validate(document, suggests);
            if (errors.Length > 0)
                return (null, errors);
            var valid = new CachedDocument(document);
            cache.Add(valid);
            return (valid, []);
        }
        catch (SyntaxException e)
        {
            return (null, [new GraphQLError(e.Message, e.IsLimit ? "LIMIT" : "SYNTAX") { Locations = [Locations.Of(source, e.Position)] }]);
        }
        catch (InsufficientExecutionStackException)
        {
            return (null, [new GraphQLError("The document nests too deep.", "LIMIT")]);
        }
    }

    private Document Parse(string source)
    {
        using var span = Telemetry.Source.StartActivity("graphql.parse");
        return Parser.Parse(source, Limits);
    }

    private GraphQLError[] Validate(Document document, bool suggests)
    {
        using var span = Telemetry.Source.StartActivity("graphql.validate");
        return Validator.Validate(Schema, document, Limits, suggests);
    }

    private (PreparedOperation? Operation, Refused? Refused) Bind(CachedDocument document, OperationDefinition operation, GraphQLRequest request)
    {
        var (variables, errors) = VariableCoercion.Coerce(Schema, document.Document, operation, request.Variables, Limits);
        if (errors.Length > 0)
            return (null, new Refused(errors, RefusedBy.Document));
        try
        {
            var plan = document.PlanOf(Schema, operation, variables, Limits);
            var cost = plan.CostOf(variables);
            if (cost.Fields > Limits.MaxCost || cost.Types > Limits.MaxCost)
                return Refuse($"The operation is too expensive: its cost is {cost.Fields:0} for fields and {cost.Types:0} for objects, the limit is {Limits.MaxCost:0}.", "COST_EXCEEDED", cost);
            return (new PreparedOperation(plan, variables, cost), null);
        }
        catch (PlanLimitException e)
        {
            return Refuse(e.Message, "LIMIT");
        }
        catch (InsufficientExecutionStackException)
        {
            return Refuse("The document nests too deep.", "LIMIT");
        }
    }

    private bool Introspectable(ClaimsPrincipal user) => Options.Introspection switch
    {
        IntrospectionAccess.Everyone => true,
        IntrospectionAccess.Authenticated => user.Identity?.IsAuthenticated == true,
        _ => false,
    };

    private static (PreparedOperation? Operation, Refused? Refused) Refuse(string message, string code, Cost? cost = null)
    {
        var error = new GraphQLError(message, code);
        if (cost is { } c)
            error = error with { Extensions = new Dictionary<string, object?> { ["fieldCost"] = c.Fields, ["typeCost"] = c.Types } };
        return (null, new Refused([error], RefusedBy.Document));
    }
}
