using System.Collections;
using ModelHub.GraphQL.Planning;
using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Execution;

/// <summary>Lists: arrays and lists of objects without an enumerator, everything else with one.</summary>
internal sealed partial class AnswerWriter
{
    private Outcome List(PlanField field, GraphType type, IEnumerable items)
    {
        writer.Raw((byte)'[');
        path.Enter(null);
        var outcome = items switch
        {
            object?[] array => Items(field, type, array),
            IReadOnlyList<object?> list => Items(field, type, list),
            _ => Items(field, type, items),
        };
        if (outcome == Outcome.Failed)
            return outcome;
        path.Leave();
        writer.Raw((byte)']');
        return Outcome.Written;
    }

    private Outcome Items(PlanField field, GraphType type, object?[] items)
    {
        for (var i = 0; i < items.Length; i++)
        {
            if (Item(field, type, items[i], i) == Outcome.Failed)
                return Outcome.Failed;
        }

        return Outcome.Written;
    }

    private Outcome Items(PlanField field, GraphType type, IReadOnlyList<object?> items)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (Item(field, type, items[i], i) == Outcome.Failed)
                return Outcome.Failed;
        }

        return Outcome.Written;
    }

    private Outcome Items(PlanField field, GraphType type, IEnumerable items)
    {
        var index = 0;
        foreach (var item in items)
        {
            if (Item(field, type, item, index++) == Outcome.Failed)
                return Outcome.Failed;
        }

        return Outcome.Written;
    }

    private Outcome Item(PlanField field, GraphType type, object? item, int index)
    {
        if (index > 0)
            writer.Raw((byte)',');
        path.At = index;
        return Value(field, type, item);
    }
}
