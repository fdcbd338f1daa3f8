using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ModelHub.Console.Hosting;
using ModelHub.Console.SignIn;

namespace ModelHub.Console.Graph;

/// <summary>Asks the api in the name of whoever is signed in. Nothing that can happen on the way is thrown at a page.</summary>
internal sealed partial class GraphClient(HttpClient http, ConsoleOptions options, Session session, ILogger<GraphClient> log)
{
    public async Task<Answer<TData>> AskAsync<TVariables, TData>(
        Operation<TVariables, TData> operation, TVariables variables, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.GraphQL)
        {
            Content = JsonContent.Create(new GraphRequest<TVariables>(operation.Name, operation.Id, variables), operation.Request),
        };
        request.Headers.Accept.ParseAdd("application/graphql-response+json, application/json;q=0.9");
        if (await session.TokenAsync() is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            return await ReadAsync(operation, response, ct);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException || (broken is OperationCanceledException && !ct.IsCancellationRequested))
        {
            Unreachable(operation.Name, broken.Message);
            return Fail<TData>(FailureKind.Unreachable, "The api does not answer. What is shown may be old; it is asked again as soon as it is back.", null);
        }
    }

    private async Task<Answer<TData>> ReadAsync<TVariables, TData>(
        Operation<TVariables, TData> operation, HttpResponseMessage response, CancellationToken ct)
    {
        var requestId = RequestId(response);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            return Fail<TData>(FailureKind.SignedOut, "The sign-in has ended. Open a new login link.", requestId);
        if (response.StatusCode == HttpStatusCode.Forbidden)
            return Fail<TData>(FailureKind.NotPermitted, "Your roles do not allow this.", requestId);

        try
        {
            var answer = await response.Content.ReadFromJsonAsync(operation.Response, ct);
            return Judge(operation.Name, answer, requestId);
        }
        catch (JsonException unreadable)
        {
            Unreadable(operation.Name, (int)response.StatusCode, requestId, unreadable.Message);
            return Fail<TData>(FailureKind.Faulty, $"The api answered {(int)response.StatusCode} with something that is not an answer.", requestId);
        }
    }

    private Answer<TData> Judge<TData>(string operation, GraphResponse<TData>? answer, string? requestId)
    {
        if (answer?.Errors is [var fault, ..] && answer.Data is null)
        {
            Faulted(operation, fault.Code, fault.Message, fault.RequestId ?? requestId);
            return fault.Code switch
            {
                "AUTH_NOT_AUTHORIZED" => Fail<TData>(FailureKind.NotPermitted, "Your roles do not allow this.", fault.RequestId ?? requestId),
                "AUTH_NOT_AUTHENTICATED" => Fail<TData>(FailureKind.SignedOut, "The sign-in has ended. Open a new login link.", fault.RequestId ?? requestId),
                _ => Fail<TData>(FailureKind.Faulty, fault.Message, fault.RequestId ?? requestId),
            };
        }

        return answer switch
        {
            null or { Data: null } => Fail<TData>(FailureKind.Faulty, "The api answered with nothing.", requestId),
            { Data: IRefusable { Refusals: [var refusal, ..] } } => new Answer<TData>.Refused(refusal),
            _ => new Answer<TData>.Data(answer.Data),
        };
    }

    private static string? RequestId(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-request-id", out var ids) ? ids.First() : Activity.Current?.TraceId.ToString();

    private static Answer<T>.Failed Fail<T>(FailureKind kind, string message, string? requestId) => new(new Failure(kind, message, requestId));

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Operation}: the api does not answer: {Reason}")]
    private partial void Unreachable(string operation, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Operation}: HTTP {Status}, request {RequestId}, cannot be read: {Reason}")]
    private partial void Unreadable(string operation, int status, string? requestId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Operation} failed with {Code}: {Reason} (request {RequestId})")]
    private partial void Faulted(string operation, string? code, string reason, string? requestId);
}
