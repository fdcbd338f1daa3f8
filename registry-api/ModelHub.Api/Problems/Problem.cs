using Microsoft.AspNetCore.Http.HttpResults;

namespace ModelHub.Api;

/// <summary>Answers of the REST routes when something is wrong: <c>application/problem+json</c> with <c>field</c> and <c>limit</c>.</summary>
internal static class Problem
{
    public static ProblemHttpResult Of(int status, string title, string? field = null, string? limit = null, params (string Key, object? Value)[] more)
    {
        var extensions = more.ToDictionary(pair => pair.Key, pair => pair.Value);
        if (field is not null)
            extensions["field"] = field;
        if (limit is not null)
            extensions["limit"] = limit;
        return TypedResults.Problem(title: title, statusCode: status, extensions: extensions);
    }

    public static ProblemHttpResult Invalid(string field, string limit) => Of(StatusCodes.Status400BadRequest, $"{field}: {limit}", field, limit);

    public static ProblemHttpResult NotFound() => Of(StatusCodes.Status404NotFound, "Not found.");
}
