using ModelHub.Inference;
using ModelHub.Inference.Explaining;
using ModelHub.Node.Access;
using ModelHub.Node.Fields;
using ModelHub.Node.Runtimes;
using ModelHub.Node.Serving;

namespace ModelHub.Node.Explaining;

/// <summary>Answers <c>POST /v2/models/{model}[/versions/{version}]/explain</c>: what each value of a row adds to the answer.</summary>
internal sealed class ExplainEndpoint(LoadedModels models, Admission admission, ExplainQueue queue, Door door, NodeOptions options)
{
    private const int MostPlayers = 1_000;
    private const int MostNumbers = 100_000;

    /// <summary>Rows that a model is run on for one request.</summary>
    private const long MostAnswers = 400_000;

    public async Task ExplainAsync(HttpContext context)
    {
        var model = (string)context.Request.RouteValues["model"]!;
        if (door.Refuses(context, model) is { } status)
        {
            await Answer.ErrorAsync(context, status, status == 401 ? "unauthorized" : "forbidden");
            return;
        }
        if (models.Find(model, context.Request.RouteValues.TryGetValue("version", out var version) ? (string?)version : null) is not { } loaded)
        {
            await Answer.ErrorAsync(context, 404, "This node does not hold that version of that model.");
            return;
        }
        try
        {
            await AnswerAsync(context, loaded);
        }
        catch (RunException e)
        {
            await Answer.ErrorAsync(context, e.Status, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            await Answer.ErrorAsync(context, e.StatusCode, e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone.
            return;
        }
        loaded.Explanations.Add(context.Response.StatusCode);
    }

    private async Task AnswerAsync(HttpContext context, LoadedVersion version)
    {
        var came = System.Diagnostics.Stopwatch.GetTimestamp();
        using var buffer = new PooledBuffer();
        var body = await RequestBody.ReadAsync(context, buffer, ExplainRequest.MostBytes);
        if (body.Status is { } status)
        {
            await Answer.ErrorAsync(context, status, status switch { 413 => $"The request has more than {ExplainRequest.MostBytes} bytes.", 415 => "The only content encoding taken is gzip.", _ => "The body is not valid gzip." });
            return;
        }
        var request = ExplainRequest.Read(body.Bytes, out var fault);
        body.Done();
        var rows = new InferRequest();
        if ((fault ?? version.PlanFault ?? request!.Fill(version.Plan!, rows) ?? Deadline.Read(context, rows)) is { } wrong)
        {
            await Answer.ErrorAsync(context, 400, wrong.Message);
            return;
        }
        var limit = rows.Timeout < options.RunTime ? rows.Timeout.Value : options.RunTime;
        using var turn = await queue.EnterAsync(limit, context.RequestAborted);
        admission.Enter(version);
        if (version.IsAsleep)
        {
            version.Leave();
            version = (await admission.WakeAsync(version, limit, came, context.RequestAborted)).Version;
        }
        try
        {
            var left = limit - System.Diagnostics.Stopwatch.GetElapsedTime(came);
            buffer.Clear();
            await ExplainAsync(version, request!, rows, buffer, Environment.TickCount64 + (long)left.TotalMilliseconds, context.RequestAborted);
        }
        finally
        {
            version.Leave();
        }
        await Answer.JsonAsync(context, 200, buffer.Written);
    }

    private static async Task ExplainAsync(LoadedVersion version, ExplainRequest request, InferRequest rows, PooledBuffer to, long deadline, CancellationToken ct)
    {
        var plan = version.Plan!;
        var players = Player.Of(plan);
        if (!Batching.Fits(plan.Model))
            throw NotPossible("it takes a fixed number of rows at a time, and an explanation runs many");
        if (players.Length > MostPlayers)
            throw NotPossible($"a row has {players.Length} values, more than the {MostPlayers} that are explained");
        if (AnswerNumbers.Of(plan.Model) is not { } numbers)
            throw NotPossible("it answers no numbers");
        if (BackgroundRows.Of(plan, VersionFields.SeenIn(version.FieldProfiles), request.Seed) is not { } background)
            throw NotPossible("the data it was made from are not known for all its fields: register the version with its data version, and wait for the profile");
        var count = Batching.Rows(rows) ?? 1;
        var work = new ShapleyPlan(players.Length, request.Permutations, background.Count, request.Seed).Answers * count;
        var linear = version.Instance.Additive is { Count: > 0 } additive ? LinearScores.Of(additive, plan.Model, numbers) : null;
        if (work > MostAnswers && (linear is null || request.Method == ExplainMethod.Sampling))
            throw NotPossible($"it would be run on {work} rows, more than {MostAnswers}: give fewer permutations or rows");
        if (plan.Model.Outputs.Sum(o => (o.Shape ?? []).Skip(1).Aggregate(1L, (a, b) => a * Math.Max(b, 1))) * players.Length > MostNumbers)
            throw NotPossible($"its answer has more than {MostNumbers} numbers");
        var ask = new AskModel(version, numbers, deadline, ct);
        var explanation = await new ExplainRows(new(plan, players, rows, count, background), numbers, ask).RunAsync(request, linear);
        ExplanationWriter.Write(to, plan, players, rows, explanation);
    }

    private static RunException NotPossible(string reason) => new(RunFault.Failed, $"The version cannot be explained: {reason}.");
}
