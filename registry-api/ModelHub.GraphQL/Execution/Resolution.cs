using System.Collections;
using ModelHub.GraphQL.Planning;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Execution;

/// <summary>An object below which something had to be waited for, with the values of its deferred fields.</summary>
internal sealed class ObjectNode(object? source, PlanSelection selection)
{
    /// <summary>The value of a slot whose resolver has not finished.</summary>
    public static readonly object Pending = new();

    public object? Source { get; } = source;

    public PlanSelection Selection { get; } = selection;

    public object?[] Slots { get; } = NewSlots(selection.Deferred.Length);

    private static object?[] NewSlots(int count)
    {
        var slots = new object?[count];
        Array.Fill(slots, Pending);
        return slots;
    }
}

/// <summary>A list with deferred fields below its items.</summary>
internal sealed record ListNode(List<object?> Items);

/// <summary>A field that failed; reported when its place in the answer is written.</summary>
internal sealed record FieldFailure(GraphQLError Error);

/// <summary>The first phase: everything that has to be waited for, breadth first.</summary>
internal sealed class Resolution(OperationRun run)
{
    private readonly Scheduler scheduler = run.Scheduler;

    /// <summary>Resolves everything deferred; a mutation's fields one after the other.</summary>
    public async ValueTask<ObjectNode> RunAsync(object? source, bool serially)
    {
        var root = new ObjectNode(source, run.Plan.Root);
        try
        {
            foreach (var step in serially ? root.Selection.Deferred.Chunk(1) : [root.Selection.Deferred])
            {
                scheduler.Enter();
                foreach (var field in step)
                    Start(root, field);
                scheduler.Leave();
                await scheduler.SettleAsync();
            }
        }
        catch (OperationCanceledException) when (run.Token.IsCancellationRequested)
        {
            // What is still pending is answered as timed out.
        }

        return root;
    }

    private void Start(ObjectNode node, PlanField field)
    {
        if (run.IsDenied(field))
        {
            node.Slots[field.Slot] = new FieldFailure(Access.Refusal(run.User));
            return;
        }

        ValueTask<object?> value;
        try
        {
            var arguments = run.Arguments(field);
            if (field.Definition.Async is null && field.AfterRules.Length == 0)
            {
                var at = field.Definition.NeedsCall ? new FieldCall(run, field) : null;
                node.Slots[field.Slot] = Expand(field, field.Definition.Type, field.Definition.Pure!(at!, node.Source, arguments));
                return;
            }

            scheduler.Started();
            value = Invoke(field, node.Source, arguments);
        }
        catch (Exception e)
        {
            // A resolver that throws fails its field, whatever it throws.
            Fail(node, field, e);
            return;
        }

        if (value.IsCompletedSuccessfully)
        {
            Store(node, field, value.Result);
            scheduler.Finished();
        }
        else
        {
            _ = AwaitAsync(node, field, value);
        }
    }

    private void Fail(ObjectNode node, PlanField field, Exception e)
    {
        node.Slots[field.Slot] = new FieldFailure(run.ErrorOf(e, field));
    }

    private ValueTask<object?> Invoke(PlanField field, object? source, object?[] arguments)
    {
        try
        {
            var call = new FieldCall(run, field);
            var value = field.Definition.Async is { } resolve ? resolve(call, source, arguments) : new ValueTask<object?>(field.Definition.Pure!(call, source, arguments));
            return field.AfterRules.Length == 0 ? value : JudgeAsync(field, value);
        }
        catch
        {
            scheduler.Finished();
            throw;
        }
    }

    private async ValueTask<object?> JudgeAsync(PlanField field, ValueTask<object?> value)
    {
        var result = await value;
        foreach (var rule in field.AfterRules)
        {
            if (result is not null && !await Access.AllowsAsync(run.Services, run.User, rule, result))
                throw new GraphQLException(Access.Refusal(run.User));
        }

        return result;
    }

    private async Task AwaitAsync(ObjectNode node, PlanField field, ValueTask<object?> pending)
    {
        object? value = null;
        Exception? failure = null;
        try
        {
            value = await pending;
        }
        catch (Exception e)
        {
            failure = e;
        }

        // It counts as running until its value is in its slot: whoever sees that nothing runs any more reads the slots.
        scheduler.Enter();
        if (failure is null)
            Store(node, field, value);
        else
            Fail(node, field, failure);
        scheduler.Finished();
        scheduler.Leave();
    }

    private void Store(ObjectNode node, PlanField field, object? value)
    {
        try
        {
            node.Slots[field.Slot] = Expand(field, field.Definition.Type, value);
        }
        catch (Exception e)
        {
            // Enumerating a lazy list runs the resolver's code.
            Fail(node, field, e);
        }
    }

    /// <summary>Starts what is deferred below a value; a value without such is kept as it is.</summary>
    private object? Expand(PlanField field, GraphType type, object? value)
    {
        if (value is null || !field.DefersBelow)
            return value;
        type = type.Nullable;
        if (type is ListDef list)
        {
            var items = new List<object?>(value is ICollection { Count: var count } ? count : 0);
            foreach (var item in (IEnumerable)value)
                items.Add(Expand(field, list.Of, item));
            return new ListNode(items);
        }

        if ((field.Only ?? For(field, (CompositeDef)type, value)) is not { Deferred.Length: > 0 } selection)
            return value;
        var node = new ObjectNode(value, selection);
        foreach (var child in selection.Deferred)
            Start(node, child);
        return node;
    }

    private PlanSelection? For(PlanField field, CompositeDef type, object value) =>
        run.Schema.ObjectOf(value, type) is { } concrete ? field.For(concrete) : null;
}
