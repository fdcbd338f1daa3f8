using System.Collections;
using System.Runtime.CompilerServices;
using ModelHub.GraphQL.Planning;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Execution;

/// <summary>
/// The second phase: one pass over what was resolved. A null where none may be unwinds to the nearest nullable place,
/// which is cut back and written as null.
/// </summary>
internal sealed partial class AnswerWriter(OperationRun run, ResponseWriter writer)
{
    private readonly AnswerPath path = new();

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
        var fields = selection.Fields;
        if (fields.Length == 0)
            writer.Raw((byte)'{');
        path.Enter(selection);
        for (var i = 0; i < fields.Length; i++)
        {
            var field = fields[i];
            path.At = i;
            writer.Raw(field.Lead);
            if (!field.IsTypename && Field(field, source, node) == Outcome.Failed)
                return Outcome.Failed;
        }

        path.Leave();
        writer.Raw((byte)'}');
        return Outcome.Written;
    }

    private Outcome Field(PlanField field, object? source, ObjectNode? node)
    {
        var start = writer.Length;
        var depth = path.Depth;
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
                outcome = Value(field, definition.Type, definition.Pure!(definition.NeedsCall ? new FieldCall(run, field) : null!, source, run.Arguments(field)));
        }
        catch (Exception e) when (e is not (ResponseTooLargeException or InsufficientExecutionStackException))
        {
            // A getter or a lazy list that throws fails its field, whatever it throws.
            path.Return(depth);
            outcome = Failed(run.ErrorOf(e, field), field);
        }

        return outcome == Outcome.Written ? outcome : Settle(field, definition.Type, outcome, start, depth);
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
        var (start, depth) = (writer.Length, path.Depth);
        var outcome = value is null ? Outcome.Null : Present(field, type.Nullable, value);
        return outcome == Outcome.Written ? outcome : Settle(field, type, outcome, start, depth);
    }

    private Outcome Settle(PlanField field, GraphType type, Outcome outcome, int start, int depth)
    {
        writer.Truncate(start);
        path.Return(depth);
        if (type.IsNonNull)
            return outcome == Outcome.Failed ? outcome : Failed(new GraphQLError($"{field.Definition.Parent.Name}.{field.Definition.Name} must not be null, but it is.", "UNEXPECTED_NULL"), field);
        writer.Null();
        return Outcome.Written;
    }

    private Outcome Present(PlanField field, GraphType type, object value)
    {
        if (type is ListDef list)
            return List(field, list.Of, value is ListNode node ? node.Items : (IEnumerable)value);
        if (field.Definition.Write is { } write)
            return Leaf(field, write, value);
        if (value is ObjectNode resolved)
            return Selection(resolved.Selection, resolved.Source, resolved);
        var selection = field.Only ?? (run.Schema.ObjectOf(value, (CompositeDef)type) is { } concrete ? field.For(concrete) : null);
        return selection is null
            ? Failed(run.ErrorOf(new InvalidOperationException($"{value.GetType().Name} is no {type}."), field), field)
            : Selection(selection, value, null);
    }

    private Outcome Leaf(PlanField field, LeafWriter write, object value)
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

    private Outcome Failed(GraphQLError error, PlanField field)
    {
        // Where it lies is found only for errors that are kept: a list may fail at each of its items.
        if (!run.HasAllErrors)
            run.Report(error with { Path = path.Parts(), Locations = [Language.Locations.Of(run.Plan.Source, field.Syntax.Start)] });
        return Outcome.Failed;
    }
}
