using System.Text.Json;
using ModelHub.GraphQL.Planning;

namespace ModelHub.GraphQL.Execution;

/// <summary>Whole answers: data, errors, extensions.</summary>
internal static class Answers
{
    public static void Write(ResponseWriter writer, OperationRun run, object? source, ObjectNode? root, Cost? cost)
    {
        try
        {
            writer.Raw("{\"data\":"u8);
            new AnswerWriter(run, writer).Data(source, root);
            Rest(writer, run.Errors, cost);
        }
        catch (ResponseTooLargeException e)
        {
            // Data and errors count together; what is said instead is short enough for any limit.
            writer.Truncate(0);
            writer.Raw("{\"data\":null"u8);
            Rest(writer, [new GraphQLError(e.Message, "RESPONSE_TOO_LARGE")], cost);
        }
    }

    /// <summary>Only what the operation would cost.</summary>
    public static void WriteCost(ResponseWriter writer, Cost cost)
    {
        writer.Raw((byte)'{');
        CostOf(writer, cost);
        writer.Raw((byte)'}');
    }

    /// <summary>An answer of a request that did not run: it has no data.</summary>
    public static void Write(ResponseWriter writer, IReadOnlyList<GraphQLError> errors)
    {
        writer.Raw("{\"errors\":"u8);
        Errors(writer, errors);
        writer.Raw((byte)'}');
    }

    public static void Errors(ResponseWriter writer, IReadOnlyList<GraphQLError> errors)
    {
        writer.Raw((byte)'[');
        for (var i = 0; i < errors.Count; i++)
        {
            if (i > 0)
                writer.Raw((byte)',');
            Error(writer, errors[i]);
        }

        writer.Raw((byte)']');
    }

    private static void Rest(ResponseWriter writer, IReadOnlyList<GraphQLError> errors, Cost? cost)
    {
        if (errors.Count > 0)
        {
            writer.Raw(",\"errors\":"u8);
            Errors(writer, errors);
        }

        if (cost is { } c)
        {
            writer.Raw((byte)',');
            CostOf(writer, c);
        }

        writer.Raw((byte)'}');
    }

    private static void CostOf(ResponseWriter writer, Cost cost)
    {
        writer.Raw("\"extensions\":{\"operationCost\":{\"fieldCost\":"u8);
        writer.Number(cost.Fields);
        writer.Raw(",\"typeCost\":"u8);
        writer.Number(cost.Types);
        writer.Raw("}}"u8);
    }

    private static void Error(ResponseWriter writer, GraphQLError error)
    {
        writer.Raw("{\"message\":"u8);
        writer.String(error.Message);
        if (error.Locations.Count > 0)
            LocationsOf(writer, error.Locations);
        if (error.Path is { } path)
            PathOf(writer, path);
        if (error.Code is not null || error.Extensions is not null)
            ExtensionsOf(writer, error);
        writer.Raw((byte)'}');
    }

    private static void LocationsOf(ResponseWriter writer, IReadOnlyList<SourceLocation> locations)
    {
        writer.Raw(",\"locations\":["u8);
        for (var i = 0; i < locations.Count; i++)
        {
            writer.Raw(i > 0 ? ",{\"line\":"u8 : "{\"line\":"u8);
            writer.Number(locations[i].Line);
            writer.Raw(",\"column\":"u8);
            writer.Number(locations[i].Column);
            writer.Raw((byte)'}');
        }

        writer.Raw((byte)']');
    }

    private static void PathOf(ResponseWriter writer, IReadOnlyList<object> path)
    {
        writer.Raw(",\"path\":["u8);
        for (var i = 0; i < path.Count; i++)
        {
            if (i > 0)
                writer.Raw((byte)',');
            if (path[i] is int index)
                writer.Number(index);
            else
                writer.String((string)path[i]);
        }

        writer.Raw((byte)']');
    }

    private static void ExtensionsOf(ResponseWriter writer, GraphQLError error)
    {
        var all = new Dictionary<string, object?>(error.Extensions ?? new Dictionary<string, object?>());
        if (error.Code is { } code)
            all["code"] = code;
        writer.Raw(",\"extensions\":"u8);
        writer.Json(JsonSerializer.SerializeToElement(all));
    }
}
