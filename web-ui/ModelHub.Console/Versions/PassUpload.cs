using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.Features;
using ModelHub.Console.Hosting;
using ModelHub.Console.SignIn;

namespace ModelHub.Console.Versions;

/// <summary>
/// A file that the browser sends goes on to the api's store as it comes, in the name of whoever is signed in, and the answer comes back as
/// it is. Nothing is kept here. Other sites cannot use it: browsers send them no cookie along with a PUT.
/// </summary>
internal sealed class PassUpload(ConsoleOptions options) : IDisposable
{
    public const string Path = "/uploads";

    // A large file on a slow line takes as long as it takes.
    private readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };

    public static void Map(WebApplication app) => app.MapPut(Path, (HttpContext context, PassUpload pass) => pass.RunAsync(context)).RequireAuthorization();

    public void Dispose() => http.Dispose();

    private async Task RunAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(new Uri(options.Api + "/"), "api/v1/artifacts")) { Content = new StreamContent(context.Request.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Content.Headers.ContentLength = context.Request.ContentLength;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", context.User.FindFirst(Session.TokenClaim)?.Value);
        try
        {
            using var answer = await http.SendAsync(request, context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        catch (HttpRequestException) when (!context.Response.HasStarted)
        {
            await Results.Problem(title: "The api does not answer. The file was not stored; try again.", statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
        }
    }
}
