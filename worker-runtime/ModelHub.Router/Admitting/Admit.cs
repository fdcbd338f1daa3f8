using System.Diagnostics;
using ModelHub.Protocol;
using ModelHub.Router.Control;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Admitting;

/// <summary>What became of a request at the door.</summary>
/// <param name="Endpoint">null: refused with this status and reason</param>
/// <param name="Pinned">the variant the caller asks for, when it may</param>
/// <param name="RetryAfter">seconds; 0 says nothing</param>
internal readonly record struct Admission(RoutedEndpoint? Endpoint, Variant? Pinned, int Status = 0, string Reason = "", double RetryAfter = 0)
{
    /// <summary>A moment may change the verdict: the key may be new, or a node may become ready.</summary>
    public bool MayWait { get; init; }
}

/// <summary>Judges a request by its path and headers, before anything of its body is read.</summary>
internal sealed class Admit(Current<RoutingTable> tables, Door door, StayLinked link)
{
    public const string RouteHeader = "x-modelhub-route";
    private const int MostHeld = 1024;
    private int held;

    /// <summary>Whether the caller's key is good, whatever it may do; waits for the news of a key nobody told us of yet.</summary>
    public async ValueTask<bool> KnowsAsync(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (door.IsUnheard(authorization) && link.IsUp)
            await door.HearAsync(authorization, context.RequestAborted);
        return door.IsGood(authorization);
    }

    public Admission Now(HttpContext context, in RequestPath path, Exchange exchange)
    {
        var headers = context.Request.Headers;
        var authorization = headers.Authorization;
        var verdict = door.Judge(authorization.Count == 1 ? authorization[0] : null, path, out var key);
        if (verdict != AccessVerdict.Granted)
            return verdict == AccessVerdict.Denied
                ? new(null, null, 403, "forbidden")
                : new(null, null, 401, "unauthorized") { MayWait = verdict == AccessVerdict.Unheard && link.IsUp };
        if (door.Take(key!) is > 0 and var wait)
            return new(null, null, 429, "This key calls more often than it may.", wait);
        exchange.Headers = PassedHeaders.Of(headers);
        if (!exchange.Headers.AreSound)
            return new(null, null, 400, "A header that goes to the model is too long or has characters that are not printable ASCII.");
        return Route(headers, path, key!);
    }

    /// <summary>Waits for what may still come, then judges again.</summary>
    public async Task<Admission> WaitingAsync(HttpContext context, RequestPath path, Exchange exchange, Admission first)
    {
        if (first.Status == 401)
        {
            await door.HearAsync(context.Request.Headers.Authorization, context.RequestAborted);
            first = Now(context, path, exchange);
        }
        if (first.Status != 503 || !first.MayWait)
            return first;
        if (Interlocked.Increment(ref held) <= MostHeld)
            first = await ReadyAsync(context, path);
        Interlocked.Decrement(ref held);
        return first;
    }

    private async Task<Admission> ReadyAsync(HttpContext context, RequestPath path)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var (table, replaced) = tables.Read();
            if (table.Find(path.Environment, path.Model) is not { } endpoint)
                return new(null, null, 404, "There is no such endpoint.");
            if (endpoint.IsReady)
                return new(endpoint, null);
            var left = TimeSpan.FromMilliseconds(endpoint.Rules.HoldMilliseconds) - Stopwatch.GetElapsedTime(started);
            if (left <= TimeSpan.Zero || context.RequestAborted.IsCancellationRequested)
                return NotReady(endpoint);
            await replaced.WaitAsync(left, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Admission Route(IHeaderDictionary headers, in RequestPath path, AccessKey key)
    {
        if (tables.Value.Find(path.Environment, path.Model) is not { } endpoint)
            return new(null, null, 404, "There is no such endpoint.");
        if (endpoint.Limit?.Take(Stopwatch.GetTimestamp()) is > 0 and var wait)
            return new(null, null, 429, "This endpoint is called more often than it may be.", wait);
        if (!path.Version.IsEmpty)
            return Version(endpoint, path, key);
        if (headers[RouteHeader] is { Count: 1 } route && endpoint.Pinned(route[0]!) is { } pinned)
            return new(endpoint, pinned);
        if (endpoint.IsReady)
            return new(endpoint, null);
        return NotReady(endpoint) with { MayWait = endpoint.Rules.HoldMilliseconds > 0 };
    }

    // Naming the only version changes nothing; choosing between several goes past weights and mirrors.
    private static Admission Version(RoutedEndpoint endpoint, in RequestPath path, AccessKey key)
    {
        if (endpoint.OfVersion(path.Version) is not { } variant)
            return new(null, null, 404, "This version does not serve this endpoint.");
        // An explanation is no traffic: it goes past nothing.
        if (variant != endpoint.Only && path.Verb != Verb.Explain && !AccessTable.MayOperate(key, path.Model, path.Environment))
            return new(null, null, 403, "Only an operator may choose the version.");
        return variant.Targets.Length > 0 ? new(endpoint, variant) : new(null, null, 503, "No node is ready for this version.");
    }

    private static Admission NotReady(RoutedEndpoint endpoint)
    {
        (endpoint.Next() ?? endpoint.Variants.FirstOrDefault())?.Nowhere.Add(503, 0);
        return new(null, null, 503, "No node is ready for this endpoint.", 1);
    }
}
