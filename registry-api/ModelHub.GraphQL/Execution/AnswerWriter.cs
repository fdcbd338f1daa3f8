using System.Collections;
using System.Runtime.CompilerServices;
using ModelHub.GraphQL.Planning;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Execution;

/// <summary>
/// The second phase: one pass over what was resolved. A null where none may be unwinds to the nearest nullable place,
/// which is cut back and written as null.
/// </summary>
internal sealed class AnswerWriter(OperationRun run, ResponseWriter writer)
{
    private readonly List<PathPart> path = new(16);

    private enum Outcome
    {
        Written,
        Null,
        Failed,
    }

    /// <summary>Writes the value of <c>data</c>.</summary>
    public void Data(object? source, ObjectNode? root)
    {
        var start = writer.Length;
        if (Selection(run.Plan.Root, source, root) == Outcome.Written)
            return;
        writer.Truncate(start);
        writer.Null();
    }

    private Outcome Selection(PlanSelection selection, object? source, ObjectNode? node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        writer.Raw((byte)'{');
        var fields = selection.Fields;
        for (var i = 0; i < fields.Length; i++)
        {
            var field = fields[i];
            if (i > 0)
                writer.Raw((byte)',');
            writer.Raw(field.Name);
            if (field.IsTypename)
            {
                writer.String(selection.Type.Name);
                continue;
            }

            path.Add(new PathPart(field.ResponseName, 0));
            var outcome = Field(field, source, node);
            path.RemoveAt(path.Count - 1);
            if (outcome == Outcome.Failed)
                return Outcome.Failed;
        }

        writer.Raw((byte)'}');
        return Outcome.Written;
    }

    private Outcome Field(PlanField field, object? source, ObjectNode? node)
    {
        var start = writer.Length;
        var depth = path.Count;
        var definition = field.Definition;
        Outcome outcome;
        try
        {
            if (field.Slot >= 0)
                outcome = Slot(field, node!.Slots[field.Slot]);
            else if (run.IsDenied(field))
                outcome = Failed(Access.Refusal(run.User), field);
            else if (definition.Leaf is { } leaf)
                outcome = leaf(writer, source!) ? Outcome.Written : Outcome.Null;
            else
                return Value(field, definition.Type, definition.Pure!(definition.NeedsCall ? new FieldCall(run, field) : null!, source, run.Arguments(field)));
        }
        catch (Exception e) when (e is not (ResponseTooLargeException or InsufficientExecutionStackException))
        {
            // A getter or a lazy list that throws fails its field, whatever it throws.
            path.RemoveRange(depth, path.Count - depth);
            outcome = Failed(run.ErrorOf(e, field), field);
        }

        return Settle(field, definition.Type, outcome, start);
    }

    private Outcome Slot(PlanField field, object? value)
    {
        if (value is FieldFailure failure)
            return Failed(failure.Error, field);
        if (value == ObjectNode.Pending)
            return Failed(run.Late(), field);
        return Value(field, field.Definition.Type, value);
    }

    /// <summary>A value in its place: null where it may be, failed where it may not.</summary>
    private Outcome Value(PlanField field, GraphType type, object? value)
    {
        var start = writer.Length;
        var outcome = value is null ? Outcome.Null : Present(field, type.Nullable, value);
        return Settle(field, type, outcome, start);
    }

    private Outcome Settle(PlanField field, GraphType type, Outcome outcome, int start)
    {
        if (outcome == Outcome.Written)
            return outcome;
        writer.Truncate(start);
        if (type.IsNonNull)
            return outcome == Outcome.Failed ? outcome : Failed(new GraphQLError($"{field.Definition.Parent.Name}.{field.Definition.Name} must not be null, but it is.", "UNEXPECTED_NULL"), field);
        writer.Null();
        return Outcome.Written;
    }

    private Outcome Present(PlanField field, GraphType type, object value)
    {
        if (type is ListDef list)
            return List(field, list, value is ListNode node ? node.Items : (IEnumerable)value);
        if (field.Definition.Write is { } write)
        {
            try
            {
                write(writer, value);
                return Outcome.Written;
            }
            catch (Exception e) when (e is not ResponseTooLargeException)
            {
                // Converters are the host's code.
                return Failed(run.ErrorOf(e, field), field);
            }
        }

        if (value is ObjectNode resolved)
            return Selection(resolved.Selection, resolved.Source, resolved);
        if (run.Schema.ObjectOf(value, (CompositeDef)type) is not { } concrete)
            return Failed(run.ErrorOf(new InvalidOperationException($"{value.GetType().Name} is no {type}."), field), field);
        return Selection(field.For(concrete)!, value, null);
    }

    private Outcome List(PlanField field, ListDef list, IEnumerable items)
    {
        writer.Raw((byte)'[');
        var index = 0;
        foreach (var item in items)
        {
            if (index > 0)
                writer.Raw((byte)',');
            path.Add(new PathPart(null, index++));
            var outcome = Value(field, list.Of, item);
            path.RemoveAt(path.Count - 1);
            if (outcome == Outcome.Failed)
                return Outcome.Failed;
        }

        writer.Raw((byte)']');
        return Outcome.Written;
    }

    private Outcome Failed(GraphQLError error, PlanField field)
    {
        // Where it lies is found only for errors that are kept: a list may fail at each of its items.
        if (!run.HasAllErrors)
            run.Report(error with { Path = [.. path.Select(p => p.Name ?? (object)p.Index)], Locations = [Language.Locations.Of(run.Plan.Source, field.Syntax.Start)] });
        return Outcome.Failed;
    }

    private readonly record struct PathPart(string? Name, int Index);
}
