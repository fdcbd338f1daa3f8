using System.Diagnostics;
using System.Net;

namespace ModelHub.Console.Hosting;

internal static class PageErrors
{
    public static void UsePageErrors(this WebApplication app) => app.UseExceptionHandler(errors => errors.Run(context =>
    {
        var request = WebUtility.HtmlEncode(Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier);
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            $"""
            <!doctype html><html lang="en"><meta charset="utf-8"><title>Something broke · ModelHub</title>
            <h1>This page could not be built</h1>
            <p>The fault is in the console, not in your request. It is in the console's log under request <code>{request}</code>.</p>
            <p><a href="/">Back to the overview</a></p></html>
            """);
    }));
}
