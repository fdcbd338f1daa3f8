using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL.Subscriptions;

/// <summary>An answer to an event, or the error that ended the subscription.</summary>
internal readonly record struct SubscriptionAnswer(ResponseWriter? Written, GraphQLError? Failure);

/// <summary>A running subscription: the plan is run for each event, with services of its own and its policies judged again.</summary>
internal sealed class Subscription(GraphQLEngine engine, PreparedOperation operation, RunContext context)
{
    /// <summary>An answer per event; a failure is the last, when the events could not be opened or broke off.</summary>
    public async IAsyncEnumerable<SubscriptionAnswer> RunAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await using var scope = context.Services.CreateAsyncScope();
        var own = context with { Services = scope.ServiceProvider };
        var run = new OperationRun(engine, operation.Plan, operation.Variables, own, ct);
        await run.AuthorizeAsync();
        var field = operation.Plan.Root.Fields[0];
        IAsyncEnumerator<object?>? events = null;
        var failure = run.IsDenied(field) ? Access.Refusal(run.User) : null;
        if (failure is null)
            (events, failure) = Open(run, field, ct);
        if (events is not null)
        {
            try
            {
                while (true)
                {
                    (var more, failure) = await NextAsync(run, field, events, ct);
                    if (!more)
                        break;
                    yield return new SubscriptionAnswer(await AnswerAsync(events.Current, ct), null);
                }
            }
            finally
            {
                await events.DisposeAsync();
            }
        }

        if (failure is not null)
            yield return new SubscriptionAnswer(null, failure);
    }

    private static async ValueTask<(bool More, GraphQLError? Failure)> NextAsync(OperationRun run, Planning.PlanField field, IAsyncEnumerator<object?> events, CancellationToken ct)
    {
        try
        {
            return (await events.MoveNextAsync(), null);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return (false, null);
        }
        catch (Exception e)
        {
            // Whatever broke the source, the client is told and the subscription ends.
            return (false, run.ErrorOf(e, field));
        }
    }

    private static (IAsyncEnumerator<object?>? Events, GraphQLError? Failure) Open(OperationRun run, Planning.PlanField field, CancellationToken ct)
    {
        try
        {
            return (field.Definition.Stream!(new FieldCall(run, field), run.Arguments(field)).GetAsyncEnumerator(ct), null);
        }
        catch (Exception e)
        {
            // A source that throws before its first event fails the subscription.
            return (null, run.ErrorOf(e, field));
        }
    }

    private async ValueTask<ResponseWriter> AnswerAsync(object? message, CancellationToken ct)
    {
        await using var scope = context.Services.CreateAsyncScope();
        return await engine.RunAsync(operation, context with { Services = scope.ServiceProvider }, message, reportCost: false, ct);
    }
}
