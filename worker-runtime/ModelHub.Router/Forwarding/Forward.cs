using System.Diagnostics;
using System.Runtime.CompilerServices;
using ModelHub.Router.Admitting;
using ModelHub.Router.Mirroring;
using ModelHub.Router.Routing;
using ModelHub.Router.Wire;

namespace ModelHub.Router.Forwarding;

/// <summary>
/// The way of a request: who calls → which endpoint → which variant → which node → there and back, elsewhere if that
/// node does not answer → counted → copied to shadows.
/// </summary>
internal sealed class Forward(Admit admit, Refusals refusals, AskNodes nodes, HttpWire wire, Observe observe, RouterOptions options)
{
    private const int Kept = 1024;
    private readonly Pool<Exchange> exchanges = new(() => new Exchange(), Kept);

    public async Task AnswerAsync(HttpContext context, RequestPath path)
    {
        var exchange = exchanges.Rent();
        try
        {
            exchange.Verb = path.Verb;
            exchange.RequestId = RequestId.Of(context);
            var admission = admit.Now(context, path, exchange);
            if (admission.MayWait)
                admission = await admit.WaitingAsync(context, path, exchange, admission);
            if (admission.Endpoint is not { } endpoint)
            {
                refusals.Add(admission.Status);
                await Answers.RefuseAsync(context, admission);
                return;
            }
            if (path.IsPost && !await RequestBody.ReadAsync(context, exchange, options))
            {
                await Answers.ErrorAsync(context, 413, $"The request has more than {options.Bytes} bytes.");
                return;
            }
            if (!path.IsPost)
                exchange.BeginBody();
            if (path.Verb == Verb.Explain)
            {
                await ExplainAsync(context, admission.Pinned ?? endpoint.Next(), exchange);
                return;
            }
            var variant = admission.Pinned ?? CallerKey.VariantOf(endpoint, context.Request.Headers, exchange) ?? endpoint.Next();
            if (variant is null)
                await Answers.ErrorAsync(context, 503, "This endpoint takes no traffic.");
            else
                await SendAsync(context, endpoint, admission.Pinned is null ? endpoint.InsteadOf(variant) : variant, exchange, admission.Pinned is null);
        }
        catch (BadHttpRequestException e)
        {
            // Larger than it may be, too slow, or cut short by the caller.
            if (!context.Response.HasStarted)
                await Answers.ErrorAsync(context, e.StatusCode, e.StatusCode == 413 ? $"The request has more than {options.Bytes} bytes." : "The request's body did not come whole.");
        }
        finally
        {
            exchange.Clear();
            exchanges.Return(exchange);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(HttpContext context, RoutedEndpoint endpoint, Variant variant, Exchange exchange, bool mirrors)
    {
        exchange.Gone = CallerGone.Of(context);
        exchange.Started = Stopwatch.GetTimestamp();
        exchange.Deadline = Deadline.In(exchange.Time(options.RequestTime));
        exchange.Headers.Environment = endpoint.ToldToNodes;
        RequestId.TellKey(context, endpoint, exchange);
        var picked = variant;
        var end = await nodes.RunAsync(variant, exchange, wire);
        if (endpoint.FallbackOf(variant) is { } primary && Failed(end, exchange) && !exchange.Flowed && !exchange.Deadline.IsOver)
        {
            Count(variant, exchange, Answers.StatusOf(end, exchange));
            variant.Sketch?.Add(exchange, answered: false);
            exchange.Rest?.Dispose();
            exchange.Rest = null;
            variant = primary;
            // The primary is measured by its own time, not by what the canary took before.
            exchange.Started = Stopwatch.GetTimestamp();
            end = await nodes.RunAsync(variant, exchange, wire);
        }
        if (end == AttemptEnd.Abandoned)
        {
            observe.Dealt(endpoint, null, exchange);
            return;
        }
        var status = Answers.StatusOf(end, exchange);
        var flows = exchange.Rest is not null;
        if (!flows)
            Count(variant, exchange, status);
        var whole = await Answers.WriteAsync(context, variant, end, exchange, options);
        if (flows)
            Count(variant, exchange, status = whole ? status : 502);
        observe.Ended(endpoint, variant, exchange, status);
        variant.Sketch?.Add(exchange, end == AttemptEnd.Answered);
        observe.Dealt(endpoint, end == AttemptEnd.Answered ? variant : null, exchange);
        if (!mirrors || end != AttemptEnd.Answered)
            return;
        observe.Answered(endpoint, variant, exchange);
        SendCopies.Of(endpoint, exchange, variant == picked ? variant : null);
    }

    private async ValueTask ExplainAsync(HttpContext context, Variant? variant, Exchange exchange)
    {
        if (variant is null)
        {
            await Answers.ErrorAsync(context, 503, "This endpoint takes no traffic.");
            return;
        }
        exchange.Gone = CallerGone.Of(context);
        exchange.Deadline = Deadline.In(exchange.Time(options.RequestTime));
        var end = await nodes.RunAsync(variant, exchange, wire);
        if (end != AttemptEnd.Abandoned)
            await Answers.WriteAsync(context, variant, end, exchange, options);
    }

    // 422: the request fits the signature and this version fails on it; another may not.
    private static bool Failed(AttemptEnd end, Exchange exchange) =>
        end is not (AttemptEnd.Answered or AttemptEnd.Abandoned or AttemptEnd.TimedOut) || (end == AttemptEnd.Answered && exchange.Head.Status is (>= 500 or 422));

    private static void Count(Variant variant, Exchange exchange, int status) =>
        (exchange.Target?.Meter ?? variant.Nowhere).Add(status, Stopwatch.GetElapsedTime(exchange.Started).TotalMicroseconds);
}
